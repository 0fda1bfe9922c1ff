import { assert, describe, it } from "@effect/vitest"
import * as FaultXml from "../../src/internal/faultXml.ts"

describe("the XML of an S3 error", () => {
  it("has a code, a message and a region", () => {
    const body = `<?xml version="1.0" encoding="UTF-8"?>
      <Error xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Code>AuthorizationHeaderMalformed</Code>
      <Message>the region &apos;us-east-1&apos; is wrong; expecting &lt;eu-west-1&gt; &amp; no other &#x2014; &#33;</Message>
      <Region>eu-west-1</Region><RequestId>1</RequestId></Error>`
    const { Code, Region, message } = FaultXml.read(body)
    assert.strictEqual(Code, "AuthorizationHeaderMalformed")
    assert.strictEqual(Region, "eu-west-1")
    assert.strictEqual(message, "the region 'us-east-1' is wrong; expecting <eu-west-1> & no other \u2014 !")
  })

  it("has no code if the body has none", () => {
    for (
      const body of ["", "<html><Code>x</Code></html>", "<Error><Message>no</Message></Error>", "<Error><Code>cut o"]
    ) {
      const fault = FaultXml.read(body)
      assert.isUndefined(fault.Code)
      assert.strictEqual(fault.$responseBodyText, body)
    }
  })

  it("decodes entities once", () => {
    const { message } = FaultXml.read("<Error><Code>A</Code><Message>&amp;lt;&unknown;&#99999999;</Message></Error>")
    assert.strictEqual(message, "&lt;&unknown;")
  })
})
