/** Runs the OpenJPEG codec, which is an optional package written in C++ and compiled to WebAssembly. */
import { createRequire } from "node:module"
import type { Decoded } from "./samples.ts"

interface FrameInfo {
  readonly width: number
  readonly height: number
  readonly bitsPerSample: number
  readonly componentCount: number
}

interface Decoder {
  readonly getEncodedBuffer: (length: number) => Uint8Array
  readonly decode: () => void
  readonly getFrameInfo: () => FrameInfo
  readonly getDecodedBuffer: () => Uint8ClampedArray
}

interface Codec {
  readonly J2KDecoder: new() => Decoder
}

/** Makes an instance of the codec with its own memory. */
export type Load = (options: {
  readonly print: (line: string) => void
  readonly printErr: (line: string) => void
}) => Promise<Codec>

const isLoad = (value: unknown): value is Load => typeof value === "function"

/** The codec, or `undefined` if it is not installed where the module at `from` would look for it. */
export const load = (from: string = import.meta.url): Load | undefined => {
  const require = createRequire(from)
  try {
    const loaded: unknown = require("@cornerstonejs/codec-openjpeg/decodewasmjs")
    return isLoad(loaded) ? loaded : undefined
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") return undefined
    throw error
  }
}

const ERROR = /^\[ERROR\] /

/**
 * Decodes one or three components. The codec reports most problems only by printing them, and throws a number where it
 * runs out of memory.
 */
export const decode = async (
  load: Load,
  input: Uint8Array,
  expected: { readonly width: number; readonly height: number }
): Promise<Decoded | string> => {
  const problems: Array<string> = []
  const print = (line: string) => {
    if (ERROR.test(line)) problems.push(line.replace(ERROR, "").trim())
  }
  const codec = await load({ print, printErr: print })
  const decoder = new codec.J2KDecoder()
  try {
    decoder.getEncodedBuffer(input.length).set(input)
    decoder.decode()
  } catch {
    problems.push("the decoder gave up")
  }
  const { bitsPerSample: bits, componentCount: channels, height, width } = decoder.getFrameInfo()
  const clamped = decoder.getDecodedBuffer()
  const samples = new Uint8Array(clamped.buffer, clamped.byteOffset, clamped.byteLength)
  const length = width * height * channels * (bits > 8 ? 2 : 1)
  const isComplete = samples.length > 0 && samples.length === length && [1, 3].includes(channels) &&
    bits >= 1 && bits <= 16 && width === expected.width && height === expected.height
  return isComplete ? { bits, channels, samples } : problems[0] ?? "the decoder returned no image"
}
