/** The floor of serving tiles: `node:http` alone, with the replies of a folder in memory. Prints its port. */
import * as Fs from "node:fs"
import { createServer } from "node:http"
import * as Path from "node:path"

const [folder = ""] = process.argv.slice(2)

/** Paths of URLs; the reply of each is the file of its number. */
const paths: ReadonlyArray<string> = JSON.parse(Fs.readFileSync(Path.join(folder, "paths.json"), "utf8"))
const replies = new Map(paths.map((path, index) => [path, Fs.readFileSync(Path.join(folder, String(index)))]))

const server = createServer((request, response) => {
  const body = replies.get(request.url ?? "")
  if (body === undefined) return response.writeHead(404, { "content-length": 0 }).end()
  return response.writeHead(200, { "content-type": "image/jpeg", "content-length": body.length }).end(body)
})

server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  console.log(typeof address === "object" ? address?.port : address)
})
