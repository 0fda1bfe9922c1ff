import { assert, describe, it } from "@effect/vitest"
import { reportPage } from "../../src/internal/pages/reportPage.ts"
import { fates, manifestOf, reportOf, served } from "./support/reports.ts"

const image = { file: "a.tif", fate: served("x"), row: 2 }

describe("reportPage", () => {
  it("says first whether everything is served", () => {
    const fine = reportPage(reportOf([manifestOf("BOOK", [image])]))
    assert.include(fine, "Everything is served: 1 manifest with 1 image.")
    assert.notInclude(fine, "What to do")
    const all = fates("x").map((fate, index) => ({ file: `${index}.tif`, fate }))
    const page = reportPage(reportOf([manifestOf("BOOK", [image]), manifestOf("OTHER", all)]))
    assert.include(page, "Not everything is served: 1 of 2 manifests and 2 of 10 images are.")
    assert.isBelow(page.indexOf("What to do"), page.indexOf("<details"))
    assert.isBelow(page.indexOf("Label of OTHER"), page.indexOf("Label of BOOK"), "what failed comes first")
    for (const name of ["1.tif", "the file is truncated", "served as 64 x 42 instead of 640 x 427", "HTTP 429"]) {
      assert.include(page, name)
    }
  })

  it("never says that everything is served of a manifest that is not, though all of its images are", () => {
    const problem = { kind: "unknown", message: "the reply was lost" } as const
    const page = reportPage(reportOf([manifestOf("BOOK", [image], { problem })]))
    assert.include(page, "Not everything is served: 0 of 1 manifest and 1 of 1 image are.")
    assert.include(page, "the reply was lost")
    assert.include(page, "Verify before you run it again")
  })

  it("links to viewers and addresses that a browser may follow, and to no others", () => {
    const report = reportOf([manifestOf("BOOK", [image])])
    const page = reportPage(report, { viewerOf: ({ name }) => `https://viewer.example.edu/${name}?a=1&b="` })
    assert.include(page, `<a href="https://viewer.example.edu/BOOK?a=1&amp;b=%22" rel="noopener noreferrer">`)
    for (const address of ["javascript:alert(1)", "data:text/html,x", " javascript:x", "file:///etc/passwd", "x"]) {
      const other = reportPage(report, { viewerOf: () => address })
      assert.notInclude(other, `href="${address.trim()}`)
    }
  })

  it("links to no viewer of what was never submitted", () => {
    const [, refused = served("x")] = fates("x")
    const page = reportPage(reportOf([manifestOf("BOOK", [{ ...image, fate: refused }])]), {
      viewerOf: () => "https://viewer.example.edu/"
    })
    assert.notInclude(page, "https://viewer.example.edu/")
  })

  it("shows thumbnails that are pictures, and otherwise why there is none", () => {
    const report = reportOf([manifestOf("BOOK", [image])])
    const page = (text: string) => reportPage(report, { thumbnails: new Map([["book0", text]]) })
    assert.include(page("data:image/png;base64,iVBORw0KGgo="), `<img src="data:image/png;base64,iVBORw0KGgo=" alt=""`)
    for (const other of ["data:image/svg+xml;base64,AAAA", "data:text/html,<b>", "data:image/png;base64,\" onload="]) {
      assert.notInclude(page(other), "<img")
      assert.include(page(other), "no thumbnail")
    }
    assert.include(page("no thumbnail: HTTP 429"), "no thumbnail: HTTP 429")
  })

  it("shows what is hidden in names of files", () => {
    const page = reportPage(reportOf([manifestOf("BOOK", [{ ...image, file: "a\u{202e}gpj.exe" }])]))
    assert.notInclude(page, "\u{202e}")
    assert.include(page, "a\\u{202e}gpj.exe")
  })
})
