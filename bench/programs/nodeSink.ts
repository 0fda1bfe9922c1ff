/**
 * The equivalent of `sink.c` for machines without a C compiler. Being JavaScript, it takes more CPU away from what is
 * measured, so results obtained with it are marked.
 */
import * as Fs from "node:fs"
import * as Http from "node:http"
import * as Https from "node:https"
import type { AddressInfo } from "node:net"
import { parseArgs } from "node:util"

const { values } = parseArgs({
  options: { cert: { type: "string" }, key: { type: "string" }, delay: { type: "string", default: "0" } }
})

const etag = "\"0123456789abcdef0123456789abcdef\""
const namespace = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""
const begun = `<InitiateMultipartUploadResult ${namespace}><UploadId>UP</UploadId></InitiateMultipartUploadResult>`
const completed = `<CompleteMultipartUploadResult ${namespace}><ETag>${etag}</ETag></CompleteMultipartUploadResult>`
const listed =
  `<ListBucketResult ${namespace}><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>`

const sizes = new Map<string, number>()

const answer = (request: Http.IncomingMessage, response: Http.ServerResponse, length: number) => {
  const [path = "", query = ""] = request.url?.split("?") ?? []
  switch (request.method) {
    case "PUT":
      if (!query.includes("partNumber=")) sizes.set(path, length)
      return response.setHeader("etag", etag).end()
    case "POST":
      return response.setHeader("content-type", "application/xml").end(query.includes("uploadId=") ? completed : begun)
    case "HEAD": {
      const size = sizes.get(path)
      if (size === undefined) return response.writeHead(404).end()
      return response.writeHead(200, { etag, "content-length": size }).end()
    }
    case "GET":
      return response.setHeader("content-type", "application/xml").end(listed)
    default:
      return response.writeHead(204).end()
  }
}

const listener: Http.RequestListener = (request, response) => {
  let length = 0
  request.on("data", (chunk: Buffer) => length += chunk.length)
  request.on("end", () => setTimeout(() => answer(request, response, length), Number(values.delay)))
}

const server = values.cert === undefined || values.key === undefined
  ? Http.createServer(listener)
  : Https.createServer({ cert: Fs.readFileSync(values.cert), key: Fs.readFileSync(values.key) }, listener)

// always so for a TCP server
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port))
