/** The Presentation version that an address names; 3 if it names none. */
export const versionIn = (address: string): "2" | "3" => /:MANIFEST:2(?:[?#]|$)|\/iiif\/2\//i.test(address) ? "2" : "3"
