import { assert, describe, it } from "@effect/vitest"
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import { Result } from "effect"

const uri = "https://example.org/m"

const image = { id: "p1", imageService: "https://example.org/i/1", width: 640, height: 427 }

const sound = { id: "a", sound: "https://example.org/a.mp3", duration: 5 }

const region = { x: 0, y: 0, width: 1, height: 1 }

// Callers without types may give anything.
const buildAny = Manifest.buildWithFindings as (
  ...given: ReadonlyArray<unknown>
) => ReturnType<typeof Manifest.buildWithFindings>

const buildTextAny = Manifest.buildText as (...given: ReadonlyArray<unknown>) => ReturnType<typeof Manifest.buildText>

const codes = (findings: ReadonlyArray<Manifest.Finding>) => findings.map(({ code, path }) => `${code} ${path}`)

/** What is found in inputs that are refused; what is built of others has no errors. */
const found = (description: object, pages: unknown): ReadonlyArray<string> => {
  const given = [uri, { label: "x", ...description }, pages]
  const [built, text] = [buildAny(...given), buildTextAny(...given)]
  if (Result.isFailure(built)) {
    assert(Result.isFailure(text))
    assert.deepStrictEqual(text.failure.findings, built.failure.findings)
    return codes(built.failure.findings)
  }
  const errors = Manifest.check(built.success.manifest).filter(({ severity }) => severity === "error")
  assert.deepStrictEqual(codes(errors), [])
  return codes(built.success.findings)
}

type Case = readonly [name: string, description: object, pages: unknown, findings: ReadonlyArray<string>]

const cases = (all: ReadonlyArray<Case>) =>
  it.each(all)("%s", (_, description, pages, findings) => {
    assert.deepStrictEqual(found(description, pages), findings)
  })

const tag = (more: object) => ({ motivation: "tagging", body: "x", ...more })

describe("what a canvas does not have is selected nowhere", () => {
  const raw = (page: string, selector: object) => ({
    type: "SpecificResource",
    source: `${uri}/canvas/canvas:${page}`,
    selector
  })
  const moment = { type: "PointSelector", t: 3 }
  const sectionWith = (item: unknown) => ({ contents: [{ label: "a", items: [item] }] })

  cases([
    ["a time to start at", { start: { page: "p1", time: { start: 5 } } }, [image], ["target-dimension start.time"]],
    ["a moment to start at", { start: { page: "p1", point: { t: 5 } } }, [image], ["target-dimension start.point"]],
    ["a point of a sound", { start: { page: "a", point: { x: 5 } } }, [sound], ["target-dimension start.point"]],
    [
      "a region in a section",
      sectionWith({ page: "a", region }),
      [sound],
      ["target-dimension contents[0].items[0].region"]
    ],
    ["a given part in a section", sectionWith(raw("p1", moment)), [image], [
      "target-dimension contents[0].items[0]"
    ]],
    ["a given part that is there", sectionWith(raw("a", moment)), [sound], []],
    [
      "a time of an annotation of the manifest",
      { annotations: [tag({ target: { page: "p1", time: { start: 1 } } })] },
      [image],
      ["target-dimension annotations[0].target.time"]
    ],
    [
      "a given target of an annotation of the manifest",
      { annotations: [tag({ target: raw("p1", moment) }), tag({ target: raw("elsewhere", moment) })] },
      [image],
      ["target-dimension annotations[0].target"]
    ],
    [
      "given annotations of the manifest",
      {
        annotations: [{
          id: `${uri}/1`,
          type: "AnnotationPage",
          items: [{
            id: `${uri}/2`,
            type: "Annotation",
            motivation: "tagging",
            body: { type: "TextualBody", value: "x" },
            target: [uri, `${uri}/canvas/canvas:p1#t=1`]
          }]
        }]
      },
      [image],
      ["target-dimension annotations[0].items[0].target[1]"]
    ],
    [
      "a time of an annotation of a page",
      {},
      [{ ...image, annotations: [tag({ target: { time: { start: 1 } } })] }],
      ["target-dimension pages[0].annotations[0].target.time"]
    ],
    ["a time of a page", {}, [{ ...image, time: { start: 1 } }], ["target-dimension pages[0].time"]],
    [
      "a place of a layer",
      {},
      [{ ...sound, layers: [{ text: "x", target: region }] }],
      ["target-dimension pages[0].layers[0].target"]
    ],
    ["an unknown duration of content", {}, [{
      ...sound,
      layers: [{ sound: sound.sound, annotations: [tag({ target: { time: { start: 1 } } })] }]
    }], ["annotation-elsewhere pages[0].layers[0].annotations[0].target"]],
    ["a part of a canvas without any", { start: { page: "a", time: { start: 1 } } }, [{ ...sound, canvas: {} }], [
      "missing pages[0].canvas"
    ]]
  ])
})
