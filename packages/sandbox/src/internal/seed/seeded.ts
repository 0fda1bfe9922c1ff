/** What the demo seed has brought in; documented on its public alias in `Sandbox.ts`. */
export interface Seeded {
  readonly manifests: ReadonlyArray<{ readonly manifest: string; readonly viewer: string }>
}
