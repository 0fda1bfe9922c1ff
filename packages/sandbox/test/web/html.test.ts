import { assert, describe, it } from "@effect/vitest"
import { escape, html } from "../../src/internal/http/html.ts"
import * as Links from "../../src/internal/web/links.ts"
import { isMarkup, sanitize } from "../../src/internal/web/sanitize.ts"
import * as Hostile from "../support/hostile.ts"

const base = "http://127.0.0.1:4747"

describe("html", () => {
  it("escapes everything that is put in, in text and in attributes", () => {
    assert.strictEqual(
      html`<p title="${`"'<>&\``}">${"<b>"}</p>`.text,
      `<p title="&quot;&#39;&lt;&gt;&amp;&#96;">&lt;b&gt;</p>`
    )
  })

  it("takes templates, lists and numbers, and leaves nothing for what is missing", () => {
    const items = ["a", "<"].map((item) => html`<li>${item}</li>`)
    assert.strictEqual(html`<ul>${items}</ul>${undefined}${false}${null}${0}`.text, "<ul><li>a</li><li>&lt;</li></ul>0")
  })

  it("replaces control characters and halves of characters", () => {
    assert.strictEqual(escape("a\u0000b\u001b\ud800c\nd"), "a\u{fffd}b\u{fffd}\u{fffd}c\nd")
  })

  for (const [index, text] of Hostile.texts.entries()) {
    it(`leaves no markup of hostile text ${index}`, () => {
      assert.notMatch(html`${text}`.text, /[<>"'`]/)
    })
  }
})

describe("addresses", () => {
  it("follows only http, https and mailto", () => {
    assert.strictEqual(Links.followable("https://example.org/a b"), "https://example.org/a%20b")
    assert.strictEqual(Links.followable("mailto:a@example.org"), "mailto:a@example.org")
    for (
      const text of ["javascript:1", " java\nscript:1", "data:text/html,x", "vbscript:x", "file:///etc", "//x", ""]
    ) {
      assert.isUndefined(Links.followable(text), text)
    }
  })

  it("loads only its own", () => {
    assert.strictEqual(Links.own(base, `${base}/assets/images/A:B/full/max/0/default.jpg`)?.slice(0, 21), base)
    for (const text of ["http://127.0.0.1:4748/x", "http://127.0.0.1:4747@example.org/", "https://127.0.0.1:4747/"]) {
      assert.isUndefined(Links.own(base, text), text)
    }
  })

  it("knows its assets also under the hosts of MPS", () => {
    const id = "AT:ONE"
    for (const host of [base, "https://mps-qa.lib.harvard.edu", "https://mps.lib.harvard.edu"]) {
      assert.strictEqual(Links.assetOf(base, `${host}/assets/images/AT%3AONE/info.json`), id)
      assert.strictEqual(Links.assetOf(base, `${host}/assets/images/3/AT:ONE`), id)
    }
    assert.isUndefined(Links.assetOf(base, "https://example.org/assets/images/AT:ONE"))
    assert.isUndefined(Links.assetOf(base, "https://lib.harvard.edu.example.org/assets/images/AT:ONE"))
  })
})

describe("sanitising", () => {
  const clean = (value: string) => sanitize(base)(value).text

  it("is for what begins and ends as IIIF says", () => {
    assert.isTrue(isMarkup("<p>x</p>"))
    assert.isFalse(isMarkup("x <b>y</b>"))
  })

  it("keeps what IIIF lists", () => {
    const value =
      `<p>a<br /><b>b</b> <i>i</i> <small>s</small> <span>n</span> <sub>1</sub> <sup>2</sup> <a href="https://example.org/">l</a></p>`
    assert.strictEqual(clean(value), value)
  })

  it("keeps only its own images", () => {
    assert.include(clean(`<p><img src="${base}/assets/images/A:B/full/max/0/default.jpg" alt="x"></p>`), "<img")
    assert.strictEqual(clean(`<p>a<img src="https://example.org/x.png"></p>`), "<p>a</p>")
  })

  for (const [index, value] of [...Hostile.markup, ...Hostile.texts].entries()) {
    it(`leaves nothing that runs or loads of hostile value ${index}`, () => {
      const result = clean(value)
      assert.notMatch(result, /<(?!\/?(?:a|b|br|i|img|p|small|span|sub|sup)\b)/i)
      for (const tag of result.match(/<[^>]*>/g) ?? []) {
        assert.notMatch(tag, /\son\w+\s*=|style\s*=|javascript:|data:|vbscript:|example\.org\/(?:x|beacon)/i)
      }
    })
  }
})
