/**
 * The floor: files sent with `node:http(s)` alone, without signatures, checksums, probing or a journal. Small files are
 * read whole, large ones in chunks of 1 MiB, which is the cheaper way for each.
 */
import * as Fs from "node:fs"
import * as Http from "node:http"
import * as Https from "node:https"
import { bucket, concurrency, endpoint, forEachFile, keyOf, typeOf } from "../support/upload.ts"

const transport = endpoint.startsWith("https:") ? Https : Http
const agent = new transport.Agent({ keepAlive: true, maxSockets: concurrency })
const mebibyte = 1024 * 1024

const send = (path: string, length: number, body: Buffer | Fs.ReadStream) =>
  new Promise<void>((resolve, reject) => {
    const headers = { "content-type": typeOf(path), "content-length": length }
    const request = transport.request(`${endpoint}/${bucket}/${keyOf(path)}`, { method: "PUT", headers, agent })
    request.on("error", reject)
    request.on("response", (response) => {
      response.resume()
      response.on("end", () => response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}`)))
    })
    if (Buffer.isBuffer(body)) request.end(body)
    else body.on("error", reject).pipe(request)
  })

await forEachFile(async (path) => {
  const { size } = await Fs.promises.stat(path)
  const body = size <= mebibyte
    ? await Fs.promises.readFile(path)
    : Fs.createReadStream(path, { highWaterMark: mebibyte })
  await send(path, size, body)
})
agent.destroy()
