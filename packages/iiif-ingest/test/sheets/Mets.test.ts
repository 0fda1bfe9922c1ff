import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { foundIn, readOne, rowsOf } from "./support/inputs.ts"

const namespaces =
  "xmlns:mets=\"http://www.loc.gov/METS/\" xmlns:mods=\"http://www.loc.gov/mods/v3\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" xmlns:goobi=\"http://meta.goobi.org/v1.5.1/\" xmlns:kitodo=\"http://meta.kitodo.org/v1/\""

const file = (id: string, href: string): string =>
  `<mets:file ID="${id}" MIMETYPE="image/tiff"><mets:FLocat LOCTYPE="URL" xlink:href="${href}"/></mets:file>`

const page = (order: number | string, label: string, ...files: ReadonlyArray<string>): string =>
  `<mets:div ID="PHYS_${order}" ORDER="${order}" ORDERLABEL="${label}" TYPE="page">${
    files.map((id) => `<mets:fptr FILEID="${id}"/>`).join("")
  }</mets:div>`

const link = (from: string, to: string): string => `<mets:smLink xlink:from="${from}" xlink:to="${to}"/>`

interface Parts {
  readonly description?: string
  readonly groups?: string
  readonly pages?: string
  readonly logical?: string
  readonly links?: string
}

const groups =
  `<mets:fileGrp USE="PRESENTATION">${file("P1", "https://example.org/1.jpg")}${
    file("P2", "https://example.org/2.jpg")
  }</mets:fileGrp>` +
  `<mets:fileGrp USE="LOCAL">${file("L1", "images/page%201.tif")}${file("L2", "file:///opt/goobi/2.tif")}${
    file("L3", "images/3.tif")
  }</mets:fileGrp>` +
  `<mets:fileGrp USE="THUMBS">${file("T1", "t/1.jpg")}</mets:fileGrp>`

const logical = "<mets:div ID=\"LOG_0\" TYPE=\"Monograph\" DMDID=\"DMD_0\"><mets:div ID=\"LOG_1\" TYPE=\"Cover\"/>" +
  "<mets:div ID=\"LOG_2\" TYPE=\"Chapter\" LABEL=\"Act | I\"><mets:div ID=\"LOG_3\" TYPE=\"Scene\"/><mets:div ID=\"LOG_4\" TYPE=\"Scene\"/></mets:div></mets:div>"

const links = link("LOG_0", "PHYS_0") + ["LOG_0", "LOG_1"].map((id) => link(id, "PHYS_1")).join("") +
  ["LOG_0", "LOG_2", "LOG_3", "LOG_4"].map((id) => link(id, "PHYS_2")).join("") + link("LOG_2", "PHYS_3")

const mods =
  "<mods:mods><mods:titleInfo type=\"alternative\"><mods:title>Other</mods:title></mods:titleInfo><mods:titleInfo><mods:nonSort>The</mods:nonSort><mods:title>Tragedie\n of Hamlet</mods:title><mods:subTitle>Prince of Denmarke</mods:subTitle></mods:titleInfo>" +
  "<mods:name><mods:namePart type=\"given\">William</mods:namePart><mods:namePart type=\"family\">Shakespeare</mods:namePart><mods:role><mods:roleTerm>aut</mods:roleTerm></mods:role></mods:name>" +
  "<mods:name><mods:displayForm>A Printer</mods:displayForm><mods:role><mods:roleTerm>prt</mods:roleTerm></mods:role></mods:name>" +
  "<mods:originInfo><mods:place><mods:placeTerm>London</mods:placeTerm></mods:place><mods:dateIssued>1604</mods:dateIssued></mods:originInfo>" +
  "<mods:accessCondition type=\"use and reproduction\" xlink:href=\"http://rightsstatements.org/vocab/NoC-US/1.0/\"/>" +
  "<mods:recordInfo><mods:recordIdentifier>PPN 123-4</mods:recordIdentifier></mods:recordInfo></mods:mods>"

const mets = (parts: Parts = {}): string =>
  `<?xml version="1.0" encoding="UTF-8"?><mets:mets ${namespaces}><mets:dmdSec ID="DMD_0"><mets:mdWrap MDTYPE="MODS"><mets:xmlData>${
    parts.description ?? mods
  }</mets:xmlData></mets:mdWrap></mets:dmdSec><mets:fileSec>${
    parts.groups ?? groups
  }</mets:fileSec><mets:structMap TYPE="LOGICAL">${
    parts.logical ?? logical
  }</mets:structMap><mets:structMap TYPE="PHYSICAL"><mets:div ID="PHYS_0" TYPE="physSequence">${
    parts.pages ?? page(3, "2r", "L3") + page(1, " - ", "P1", "L1", "T1") + page(2, "1r", "P2", "L2")
  }</mets:div></mets:structMap><mets:structLink>${parts.links ?? links}</mets:structLink></mets:mets>`

const described = {
  manifest: "PPN_123_4",
  "manifest.label": "The Tragedie of Hamlet: Prince of Denmarke",
  "manifest.rights": "http://rightsstatements.org/vocab/NoC-US/1.0/",
  "manifest.metadata:Creator": "Shakespeare, William",
  "manifest.metadata:Date": "1604",
  "manifest.metadata:Place": "London"
}

describe("METS", () => {
  it.live("is a row to a page, in order, with ranges and metadata", () =>
    Effect.gen(function*() {
      const table = yield* readOne("mets.xml", mets())
      assert.deepStrictEqual(foundIn(table), [])
      assert.deepStrictEqual(rowsOf(table), [
        { file: "images/page 1.tif", range: "Cover", ...described },
        { file: "/opt/goobi/2.tif", label: "1r", range: "Act / I > Scene|Act / I > Scene (2)", ...described },
        { file: "images/3.tif", label: "2r", range: "Act / I", ...described }
      ])
    }))

  it.live("is read as Kitodo and Goobi keep it for themselves", () =>
    Effect.gen(function*() {
      const own = (tag: string) =>
        `<${tag}:${tag}><${tag}:metadata name="TitleDocMain">Hamlet</${tag}:metadata><${tag}:metadata name="CatalogIDDigital">PPN77</${tag}:metadata>` +
        `<${tag}:metadata name="Author" type="person"><${tag}:displayName>Shakespeare, William</${tag}:displayName></${tag}:metadata><${tag}:metadata name="PublicationYear">1604</${tag}:metadata></${tag}:${tag}>`
      for (
        const description of [own("kitodo"), `<mods:mods><mods:extension>${own("goobi")}</mods:extension></mods:mods>`]
      ) {
        const [row] = rowsOf(yield* readOne("meta.xml", mets({ description })))
        assert.deepStrictEqual(row, {
          file: "images/page 1.tif",
          range: "Cover",
          manifest: "PPN77",
          "manifest.label": "Hamlet",
          "manifest.metadata:Creator": "Shakespeare, William",
          "manifest.metadata:Date": "1604"
        })
      }
    }))

  it.live("skips what is around the work, and is named after the file where it has no identifier", () =>
    Effect.gen(function*() {
      const table = yield* readOne(
        "Vol. 2.xml",
        mets({ description: "", logical: `<mets:div ID="LOG_X" TYPE="MultiVolumeWork">${logical}</mets:div>` })
      )
      assert.deepStrictEqual(rowsOf(table)[0], { file: "images/page 1.tif", range: "Cover", manifest: "VOL_2" })
    }))

  it.live("takes the file group that is asked for", () =>
    Effect.gen(function*() {
      const thumbs = yield* readOne("a.xml", mets(), { group: "thumbs" })
      assert.deepStrictEqual(rowsOf(thumbs).map(({ file }) => file), ["t/1.jpg"])
      assert.deepStrictEqual(foundIn(thumbs), ["mets-page-without-file", "mets-page-without-file"])
      assert.deepStrictEqual(foundIn(yield* readOne("a.xml", mets(), { group: "none" })), ["mets-group"])
      assert.deepStrictEqual(foundIn(yield* readOne("a.xml", mets(), { group: "PRESENTATION" })), [
        "mets-url",
        "mets-url",
        "mets-page-without-file"
      ])
      const unusual = groups.replace("LOCAL", "A").replace("PRESENTATION", "B")
      assert.deepStrictEqual(foundIn(yield* readOne("a.xml", mets({ groups: unusual }))), ["mets-group-chosen"])
    }))

  it.live.each<readonly [string, string, ReadonlyArray<string>]>([
    ["no pages", mets({ pages: "" }), ["mets-no-pages"]],
    ["another document", "<html><body/></html>", ["mets-no-pages"]],
    ["files that are not there", mets({ pages: page(1, "1", "L1") + page(2, "2", "none") }), [
      "mets-file-missing",
      "mets-link"
    ]],
    ["pages without a file", mets({ pages: page(1, "1", "L1") + page(2, "2") + page(3, "3", "L3") }), [
      "mets-page-without-file"
    ]],
    ["an order that is used twice", mets({ pages: page(1, "1", "L1") + page(1, "2", "L2"), links: "" }), [
      "mets-order"
    ]],
    ["links to nothing", mets({ links: link("LOG_9", "PHYS_1") }), ["mets-link"]],
    ["broken XML", mets().slice(0, 900), ["xml-invalid"]],
    ["no XML", "file,label\n", ["xml-invalid"]],
    ["nothing", "", ["xml-invalid"]],
    [
      "external entities",
      mets().replace("<mets:mets", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><mets:mets"),
      ["xml-doctype"]
    ],
    [
      "a billion laughs",
      mets().replace("<mets:mets", `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "${"&a;".repeat(1000)}">]><mets:mets`),
      ["xml-doctype"]
    ],
    ["an unknown entity", mets().replace("Act | I", "&e;"), ["xml-invalid"]],
    ["deep nesting", "<mets>".repeat(100_000), ["sheet-too-large"]]
  ])("says what is wrong with %s", ([, text, expected]) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(foundIn(yield* readOne("a.xml", text)), expected)
    }))

  it.live("reads other encodings", () =>
    Effect.gen(function*() {
      const text = mets().replace("Act | I", "Größe")
      for (
        const bytes of [
          Buffer.from(text.replace("UTF-8", "ISO-8859-1"), "latin1"),
          Buffer.from(`\uFEFF${text.replace("UTF-8", "UTF-16")}`, "utf16le")
        ]
      ) {
        assert.strictEqual(rowsOf(yield* readOne("a.xml", bytes))[2]?.["range"], "Größe")
      }
    }))
})
