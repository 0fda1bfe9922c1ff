/** What a decoding worker says when it ends. */

export interface Raster {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly bits: 8 | 16
}

export type Message =
  | { readonly type: "decoded"; readonly raster: Raster }
  | { readonly type: "unavailable" }
  | { readonly type: "failed"; readonly reason: string }
