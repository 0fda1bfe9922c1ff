import { error, warning } from "./rule.ts"

/** Of ids, manifests and what is said of images. */
export const valueCodes = {
  "id-form": error("an id has other characters than ASCII letters and digits", "use letters A to Z and digits only"),
  "id-long": error("an id is too long", "use at most 200 characters, prefix included"),
  "id-none": error("no id can be made of a file's name", "give the image an `id`"),
  "id-and-asset-id": error(
    "a row has both an id and an assetId",
    "give `assetId` for a whole id, or `id` for one that gets the prefix"
  ),
  "id-duplicate": error("two images have the same id", "give each image its own id"),
  "id-case": error(
    "two ids differ only by case",
    "give each image an id that differs in more: MPS does not tell them apart"
  ),
  "id-letters": warning(
    "letters were dropped to make an id of a file's name",
    "give the image an `id` to choose another"
  ),
  "id-used": error(
    "an id was used before, for other bytes",
    "choose another id, or ask for an update to replace that image"
  ),
  "manifest-missing": error("a row does not say which manifest it belongs to", "fill in its `manifest`"),
  "manifest-name": error("a name cannot be that of a manifest", "use letters, digits and _"),
  "manifest-name-doubtful": warning("MPS is not known to take such a name", "use letters, digits and _"),
  "manifest-case": error(
    "two names of manifests differ only by case",
    "write the name in one way: MPS does not tell them apart"
  ),
  "manifest-used": error(
    "a manifest was ingested before, with none of these images",
    "choose another name, or ask for an update to replace that manifest"
  ),
  "manifest-used-case": error(
    "a manifest was ingested before under a name that differs only by case",
    "write the name as it was, or choose another: MPS does not tell them apart"
  ),
  "manifest-label": warning("a manifest has no label, so its name is shown", "fill in `manifest.label`"),
  "manifest-conflict": error(
    "rows of a manifest disagree about it",
    "give the same value in all of its rows, or only in one"
  ),
  "manifest-scattered": warning(
    "rows of other manifests are between those of a manifest",
    "sort the rows by manifest, if the order of its pages follows from them"
  ),
  "manifest-in-tables": warning(
    "a manifest has rows in several tables",
    "make sure that these are meant to be one manifest"
  ),
  "manifest-repeated": error("two rows for folders have the same manifest", "give each folder its own manifest"),
  "manifest-invalid": error("the manifest cannot be built", "correct the value"),
  "order-form": error("an order is no whole number", "number the pages 1, 2, 3"),
  "order-duplicate": error("two images of a manifest have the same order", "give each its own number"),
  "order-partial": error("some images of a manifest have an order, and others none", "number all of them, or none"),
  "order-gap": warning("the order of a manifest leaves out numbers", "look whether a page is missing"),
  "range-level": error("a range has a level without a name", "write it as `Act 1 > Scene 2`"),
  "range-repeated": warning("a cell has the same range twice", "name each range once"),
  "range-case": warning("two ranges differ only by case", "write the name in one way"),
  "rights-unknown": error(
    "it is no license or rights statement that IIIF allows",
    "give the URI of a Creative Commons license or of RightsStatements.org; put other text in requiredStatement"
  ),
  "rights-form": warning("it is not the canonical URI, which is written instead", "write the canonical URI"),
  "policy-form": error(
    "a policy has an unknown form",
    "give the name of a policy, or sizes such as `public 1200, authenticated 2400`"
  ),
  "policy-public": error(
    "the public may see more than those who are signed in",
    "make the authenticated size at least as large as the public one"
  ),
  "policy-thumbnail": error(
    "a thumbnail may be larger than its image",
    "make the thumbnail at most as large as the image"
  ),
  "metadata-empty": warning("a value in a list is empty", "remove the separator that has nothing beside it"),
  "alt-and-summary": error("a row has an alt and a summary, and a page has one place for both", "keep one of them"),
  "direction-unknown": error(
    "it is no viewing direction",
    "use left-to-right, right-to-left, top-to-bottom or bottom-to-top"
  ),
  "action-unknown": error("it is no action", "use create, update or upsert"),
  "statement-form": error(
    "a required statement has no value",
    "write it as `Attribution: Harvard University`, or only its value"
  ),
  "rotation-form": error("a rotation is no number of degrees", "use a number from 0 to 360"),
  "area-form": error(
    "an area is not given as x,y,width,height",
    "give four whole numbers of pixels, such as 0,0,1200,800"
  ),
  "area-outside": error("a region is not within its image", "give a region within the size of the image"),
  "page-unknown": error("it is no image of the manifest", "use the file or id of an image of the same manifest"),
  "page-ambiguous": error("several images of the manifest have that name", "use the id of the image"),
  "page-own": error("an image is to be on its own page", "name another image"),
  "page-chain": error("an image is to be on the page of one that has none", "name the image whose page it is"),
  "page-both": error("a row is a choice and a layer at a time", "keep one of them"),
  "start-unknown": error(
    "the start is no image of the manifest",
    "use the file or id of an image, or `yes` in its row"
  ),
  "thumbnail-unknown": error(
    "the thumbnail is no image of the manifest",
    "use the file or id of an image, or `yes` in its row"
  ),
  "credentials-missing": warning(
    "credentials are missing or cannot be used",
    "mend them before the plan is applied, which needs them"
  ),
  "credentials-old": warning("the credentials are more than a year old", "ask LTS whether they are to be renewed"),
  "credentials-future": warning(
    "the credentials are newer than this machine's clock",
    "check the clock: tokens depend on it"
  )
} as const
