/** Replies where Node has no response to write to, or none any more: then the connection is closed. */
import { STATUS_CODES } from "node:http"
import type { Socket } from "node:net"

/** A client may have stopped to read, too. */
const PATIENCE_MILLIS = 1000

/** Says a last word, if `mayReply`, and closes the connection. */
export const close = (socket: Socket, mayReply: boolean, status: number, message: string): void => {
  const body = JSON.stringify({ error: message })
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "connection: close",
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`
  ]
  if (mayReply && socket.writable) socket.write(`${head.join("\r\n")}\r\n\r\n${body}`)
  socket.destroySoon()
  setTimeout(() => socket.destroy(), PATIENCE_MILLIS).unref()
}

const STATUSES: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408
}

/** Says why Node could not read a request. */
export const refuse = (socket: Socket, mayReply: boolean, error: NodeJS.ErrnoException): void =>
  close(socket, mayReply, STATUSES[error.code ?? ""] ?? 400, `This is not a request of HTTP/1.1: ${error.message}`)
