import { assert, describe, it } from "@effect/vitest"
import * as Columns from "@iiif-ingest/core/batch/Columns"

const usual = (name: string): string => {
  const meaning = Columns.parse(name)
  return meaning === undefined ? "nothing" : Columns.format(meaning)
}

describe("the name of a column", () => {
  it("is understood however it is written", () => {
    const names = {
      " File ": "file",
      "FILE NAME": "file",
      "alt_text.de": "alt.de",
      "Manifest": "manifest",
      "Manifest Name": "manifest",
      "manifest label": "manifest.label",
      "manifestLabel.fr": "manifest.label.fr",
      "manifest_metadata:Date of Origin": "manifest.metadata:Date of Origin",
      "Metadata: Creator": "metadata:Creator",
      "metadata:No. of pages": "metadata:No. of pages",
      "metadata:Creator.zh-Hant": "metadata:Creator.zh-Hant",
      "metadata": "metadata:",
      "Required Statement@en": "requiredStatement.en",
      "Attribution": "requiredStatement",
      "viewing-direction": "viewingDirection",
      "order.fr": "nothing",
      "manifest.file": "nothing",
      "manifest.order": "nothing",
      "notes": "nothing",
      "": "nothing"
    }
    assert.deepStrictEqual(Object.keys(names).map(usual), Object.values(names))
  })

  it("is the same when it is written in the usual way", () => {
    for (const { name } of Columns.columns) {
      const text = name === "metadata" ? "metadata:Creator" : name
      assert.strictEqual(usual(text), text)
      assert.strictEqual(usual(text.toUpperCase()).toLowerCase(), text.toLowerCase())
    }
  })

  it("is suggested where another was meant", () => {
    const wrong = ["lable", "fiel", "manifest.lable", "viewingdirektion", "zzzzzzzz"]
    assert.deepStrictEqual(wrong.map(Columns.suggest), [
      "label",
      "file",
      "manifest.label",
      "viewingDirection",
      undefined
    ])
  })
})
