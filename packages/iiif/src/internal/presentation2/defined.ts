/**
 * What Presentation 2 or 3 defines, which cannot be an extension: what is a property of one version in a document of the
 * other would be read as something else, or as nothing.
 */
export const defined: ReadonlySet<string> = new Set(
  ("@id @type @context id type items annotations structures behavior summary rights requiredStatement provider " +
    "homepage partOf start supplementary services placeholderCanvas accompanyingCanvas body bodyValue target " +
    "source value selector state label metadata description attribution license logo thumbnail format height " +
    "width duration viewingDirection viewingHint navDate navPlace related rendering service seeAlso within " +
    "startCanvas contentLayer first last total next prev startIndex sequences canvases images otherContent " +
    "resources ranges members collections manifests motivation resource on stylesheet style full default item " +
    "chars language processingLanguage textDirection profile purpose scope creator generator created modified " +
    "generated canonical via accessibility timeMode styleClass renderedVia refinedBy audience textGranularity " +
    "__proto__").split(" ")
)
