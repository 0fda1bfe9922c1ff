/** Walks a manifest as a viewer does: the document, every image service, and images of each. */
import * as Effect from "effect/Effect"
import type { ServedOptions, ServedProblem, ServedReport } from "../../Served.ts"
import { NotServed } from "../../Served.ts"
import * as Paintings from "../presentation/paintings.ts"
import type { Fetch } from "./fetcher.ts"
import * as Fetcher from "./fetcher.ts"
import * as ImageService from "./imageService.ts"

interface Walked {
  readonly images: number
  readonly problems: ReadonlyArray<ServedProblem>
}

const CONCURRENCY = 4

const at = (canvas: number) => ({ problem, url }: Fetcher.Problem): ServedProblem => ({ canvas, url, problem })

/** A body says of its own service how large the image is. */
const sizeProblems = (
  painting: Paintings.Painting,
  id: string,
  info: ImageService.Info
): ReadonlyArray<ServedProblem> => {
  const { canvas, height, width } = painting
  if (width === undefined || height === undefined || (width === info.width && height === info.height)) return []
  const problem = `the image has ${info.width} x ${info.height} pixels, and the manifest says ${width} x ${height}`
  return [{ canvas: canvas.position, url: `${id}/info.json`, problem }]
}

const walkService = (fetch: Fetch, id: string, uses: ReadonlyArray<Paintings.Painting>): Effect.Effect<Walked> => {
  const canvas = uses[0]?.canvas.position ?? 1
  return Effect.gen(function*() {
    const info = yield* ImageService.info(fetch, id)
    const { count, problems } = yield* ImageService.images(fetch, id, info)
    return {
      images: count,
      problems: [...uses.flatMap((painting) => sizeProblems(painting, id, info)), ...problems.map(at(canvas))]
    }
  }).pipe(Effect.catch((problem) => Effect.succeed({ images: 0, problems: [at(canvas)(problem)] })))
}

/** Canvases on which nothing is painted, and images that no service serves. */
const emptyProblems = (
  canvases: number,
  paintings: ReadonlyArray<Paintings.Painting>,
  url: string
): ReadonlyArray<ServedProblem> => {
  const painted = new Set(paintings.map(({ canvas }) => canvas.position))
  const bare = Array.from({ length: canvases }, (_, index) => index + 1).filter((canvas) => !painted.has(canvas))
  return [
    ...bare.map((canvas) => ({ canvas, url, problem: "no image is painted on it" })),
    ...paintings.filter(({ services }) => services.length === 0).map(({ canvas, id }) => ({
      canvas: canvas.position,
      url: id ?? url,
      problem: "the image has no image service"
    }))
  ]
}

const usesByService = (paintings: ReadonlyArray<Paintings.Painting>) => {
  const uses = new Map<string, Array<Paintings.Painting>>()
  for (const painting of paintings) {
    for (const id of painting.services) uses.set(id, [...uses.get(id) ?? [], painting])
  }
  return [...uses]
}

const failIfAny = (
  manifest: string,
  [first, ...rest]: ReadonlyArray<ServedProblem>
): Effect.Effect<void, NotServed> =>
  first === undefined ? Effect.void : Effect.fail(new NotServed({ manifest, problems: [first, ...rest] }))

export const walk = Effect.fnUntraced(function*(
  base: string,
  manifest: string,
  { audience }: ServedOptions = {}
): Effect.fn.Return<ServedReport, NotServed> {
  const fetch = Fetcher.make(base, audience)
  const document = yield* Effect.mapError(
    Fetcher.json(fetch)(manifest),
    ({ problem, url }) => new NotServed({ manifest, problems: [{ url, problem }] })
  )
  const canvases = Paintings.countCanvases(document.value)
  const paintings = Paintings.of(document.value)
  if (canvases === 0) yield* failIfAny(manifest, [{ url: document.url, problem: "it has no canvas" }])
  const services = usesByService(paintings)
  const walked = yield* Effect.forEach(services, ([id, uses]) => walkService(fetch, id, uses), {
    concurrency: CONCURRENCY
  })
  const problems = [...emptyProblems(canvases, paintings, document.url), ...walked.flatMap((one) => one.problems)]
  yield* failIfAny(manifest, problems.toSorted((a, b) => (a.canvas ?? 0) - (b.canvas ?? 0)))
  return {
    manifest: document.url,
    canvases,
    services: services.length,
    images: walked.reduce((sum, { images }) => sum + images, 0)
  }
})
