/** `iiif-processor` behind `node:http`, on the pyramids of a folder: `/iiif/2/NAME/...` is `NAME.tif`. Prints its port. */
import { Processor } from "iiif-processor"
import * as Fs from "node:fs"
import { createServer, type ServerResponse } from "node:http"
import * as Path from "node:path"
import sharp from "sharp"

const [folder = ""] = process.argv.slice(2)
const fileOf = (id: string) => Path.join(folder, `${id}.tif`)

interface Dimensions {
  readonly width: number
  readonly height: number
}

/** The sizes of all levels, read once: else each request would read them anew. */
const levels = new Map<string, Array<Dimensions>>()
for (const name of Fs.readdirSync(folder)) {
  const file = Path.join(folder, name)
  const { pages = 1 } = await sharp(file).metadata()
  const sizes: Array<Dimensions> = []
  for (let page = 0; page < pages; page++) {
    const { height, width } = await sharp(file, { page }).metadata()
    sizes.push({ width, height })
  }
  levels.set(Path.basename(name, ".tif"), sizes)
}

const send = (response: ServerResponse, status: number, type: string, body: Buffer | string) => {
  const bytes = Buffer.from(body)
  response.writeHead(status, { "content-type": type, "content-length": bytes.length }).end(bytes)
}

const server = createServer((request, response) => {
  const processor = new Processor(
    `http://127.0.0.1${request.url ?? ""}`,
    ({ id }: { readonly id: string }) => Promise.resolve(Fs.createReadStream(fileOf(id))),
    { dimensionFunction: ({ id }: { readonly id: string }) => Promise.resolve(levels.get(id) ?? []) }
  )
  processor.execute().then(
    (result) =>
      result.type === "content"
        ? send(response, 200, result.contentType, result.body)
        : send(response, result.type === "error" ? result.statusCode : 303, "text/plain", ""),
    () => send(response, 500, "text/plain", "")
  )
})

server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  console.log(typeof address === "object" ? address?.port : address)
})
