import { expect, it } from "@effect/vitest"
import { modelPage } from "./support/modelPage.ts"

it("the page on Presentation 3 follows from the tables (`npx vitest run test/iiif/ModelPage.test.ts -u` writes it)", async () => {
  await expect(modelPage()).toMatchFileSnapshot("../../docs/presentation-3.md")
})
