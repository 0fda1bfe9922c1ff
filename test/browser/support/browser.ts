/** A real Chromium, one for a file of tests; pages that hold that no request leaves this machine. */
import { Context, Effect, Layer, type Scope } from "effect"
import { accessSync, constants, mkdirSync } from "node:fs"
import * as Path from "node:path"
import { type Browser, chromium, type ConsoleMessage, type Page } from "playwright-core"

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const onPath = (): string | undefined =>
  NAMES.flatMap((name) => (process.env["PATH"] ?? "").split(Path.delimiter).map((folder) => Path.join(folder, name)))
    .find(isExecutable)

/** The browser to use: that of `CHROMIUM`, or the first on the path. */
export const executable: string | undefined = process.env["CHROMIUM"] ?? onPath()

/** A missing browser is no reason to skip where this is set. */
const required = process.env["CI_REQUIRES_BROWSER"] === "1"

/** Whether tests with a browser are skipped; says so once for a file. */
export const skip: boolean = executable === undefined && !required
if (skip) {
  process.stderr.write("Skipped: no Chromium on this machine. Install one, or name it in the variable CHROMIUM.\n")
}

class NoBrowser extends Error {
  override readonly message = "CI_REQUIRES_BROWSER is set, but there is no Chromium on the path or in CHROMIUM"
}

/** What a page did that a test wants to know. */
export interface Watched {
  readonly page: Page
  /** Errors and warnings on the console, and exceptions nobody caught. */
  readonly complaints: Array<string>
  /** Requests to anywhere but the sandbox that the page's policy did not stop. */
  readonly outside: Array<string>
  /** Those that it did. */
  readonly stopped: Array<string>
  /** Answers of the sandbox of status 400 and more. */
  readonly refused: Array<string>
  readonly dialogs: Array<string>
}

export interface PageOptions {
  readonly width?: number
  readonly height?: number
  readonly javaScript?: boolean
  /** Without the pages' content security policy, so that only escaping stands between a text and a script. */
  readonly withoutPolicy?: boolean
  /** Another origin on this machine, for a page that is not the sandbox's. */
  readonly also?: string
}

interface Chromium {
  /** A page in a context of its own, closed with the scope. */
  readonly open: (origin: string, options?: PageOptions) => Effect.Effect<Watched, never, Scope.Scope>
}

// Chromium's own sandbox does not work for root, which these tests are in a container.
const ARGUMENTS = process.getuid?.() === 0 ? ["--no-sandbox"] : []

/** Without WebGL, which is done in software here and takes 30 times as long; the viewers then draw on a plain canvas. */
const WITHOUT_WEBGL = ["--disable-gpu", "--disable-3d-apis"]

export class Chrome extends Context.Service<Chrome, Chromium>()("test/Chrome") {
  static readonly layer = (options: { readonly webGl?: boolean } = {}) =>
    Layer.effect(
      Chrome,
      Effect.map(
        Effect.acquireRelease(
          Effect.promise(() =>
            executable === undefined
              ? Promise.reject(new NoBrowser())
              : chromium.launch({
                executablePath: executable,
                args: [...ARGUMENTS, ...(options.webGl === true ? [] : WITHOUT_WEBGL)]
              })
          ),
          (browser) => Effect.promise(() => browser.close())
        ),
        (browser): Chromium => ({ open: (origin, options) => open(browser, origin, options) })
      )
    )
}

const isLocal = (url: string, origins: ReadonlyArray<string>): boolean =>
  /^(?:data|blob|about):/.test(url) || origins.some((origin) => url.startsWith(`${origin}/`))

const open = (browser: Browser, origin: string, options: PageOptions = {}) => {
  const origins = options.also === undefined ? [origin] : [origin, options.also]
  return Effect.acquireRelease(
    Effect.promise(() =>
      browser.newContext({
        viewport: { width: options.width ?? 1280, height: options.height ?? 900 },
        javaScriptEnabled: options.javaScript ?? true,
        bypassCSP: options.withoutPolicy ?? false
      })
    ),
    (context) => Effect.promise(() => context.close())
  ).pipe(
    Effect.flatMap((context) =>
      Effect.promise(async () => {
        // What gets past the policy is noted, and still does not leave this machine.
        await context.route((url) => !isLocal(url.href, origins), (route) => route.abort())
        return await context.newPage()
      })
    ),
    Effect.map((page): Watched => {
      const watched: Watched = { page, complaints: [], outside: [], stopped: [], refused: [], dialogs: [] }
      const complain = (message: ConsoleMessage) => {
        if (message.type() === "error" || message.type() === "warning") watched.complaints.push(message.text())
      }
      page.on("console", complain)
      page.on("pageerror", ({ message }) => void watched.complaints.push(message))
      page.on("request", (request) => {
        if (!isLocal(request.url(), origins)) watched.outside.push(request.url())
      })
      page.on("requestfailed", (request) => {
        const index = watched.outside.indexOf(request.url())
        if (request.failure()?.errorText === "csp" && index >= 0) {
          watched.stopped.push(...watched.outside.splice(index, 1))
        }
      })
      page.on("response", (response) => {
        if (response.status() >= 400) watched.refused.push(`${response.status()} ${response.url()}`)
      })
      page.on("dialog", (dialog) => {
        watched.dialogs.push(dialog.message())
        void dialog.dismiss()
      })
      return watched
    })
  )
}

const screenshots = Path.join(import.meta.dirname, "..", "screenshots")

/** Takes a picture to look at; nothing compares it. */
export const screenshot = (page: Page, name: string, fullPage = true) =>
  Effect.promise(() => {
    mkdirSync(screenshots, { recursive: true })
    return page.screenshot({ path: Path.join(screenshots, `${name}.png`), fullPage })
  })
