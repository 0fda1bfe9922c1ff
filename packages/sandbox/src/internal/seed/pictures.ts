/** The pictures of the demo seed; seed/README.md says whose they are. */

/** What is painted on a page, and what is said of it in two languages. */
export interface Picture {
  readonly id: string
  readonly file: string
  readonly contentType: string
  readonly width: number
  readonly height: number
  readonly label: Texts
  readonly alternative: Texts
}

export interface Texts {
  readonly en: string
  readonly fr: string
}

export const COFFEE: Picture = {
  id: "DEMOCOFFEE",
  file: "coffee.png",
  contentType: "image/png",
  width: 600,
  height: 400,
  label: { en: "A cup of coffee", fr: "Une tasse de café" },
  alternative: {
    en: "A cup of black coffee with a spoon on a wooden table",
    fr: "Une tasse de café noir avec une cuillère sur une table en bois"
  }
}

export const LAUNCH: Picture = {
  id: "DEMOLAUNCH",
  file: "falcon9-dscovr.jpg",
  contentType: "image/jpeg",
  width: 640,
  height: 427,
  label: { en: "A rocket on its launch pad", fr: "Une fusée sur son pas de tir" },
  alternative: {
    en: "A white rocket stands on its launch pad at dusk, between four steel towers, with lamps around it",
    fr: "Une fusée blanche se dresse sur son pas de tir au crépuscule, entre quatre tours d'acier, entourée de lampes"
  }
}

export const LAUNCH_TIFF: Picture = {
  ...LAUNCH,
  id: "DEMOLAUNCHTIFF",
  file: "falcon9-strips.tif",
  contentType: "image/tiff",
  label: { en: "The same picture as TIFF", fr: "La même image en TIFF" }
}

export const HUBBLE: Picture = {
  id: "DEMOHUBBLE",
  file: "hubble-deep-field.jpg",
  contentType: "image/jpeg",
  width: 1000,
  height: 872,
  label: { en: "Hubble eXtreme Deep Field", fr: "Champ extrêmement profond de Hubble" },
  alternative: {
    en: "Thousands of galaxies of many colors on a black sky",
    fr: "Des milliers de galaxies de toutes les couleurs sur un ciel noir"
  }
}

export const RETINA: Picture = {
  id: "DEMORETINA",
  file: "retina-pyramid.tif",
  contentType: "image/tiff",
  width: 1411,
  height: 1411,
  label: { en: "A normal left eye", fr: "Un œil gauche normal" },
  alternative: {
    en: "A photograph of the back of an eye: orange, with red vessels and one bright spot",
    fr: "Une photographie du fond d'un œil : orange, avec des vaisseaux rouges et une tache claire"
  }
}
