/** Names of objects that would leave their folder, or be another file, where a name were taken for a path. */

const windows = ["CON", "con.txt", "NUL", "aux.", "COM1", "LPT9.png", "C:\\Windows\\x", "C:x", "\\\\server\\share\\x"]

const climbing = [
  "..",
  ".",
  "../x",
  "../../x",
  "../../../../../../../../etc/passwd",
  "a/../x",
  "a/../../x",
  "a/./x",
  "./x",
  "..\\x",
  "..\\..\\x",
  "a/..",
  "a/.",
  "....//x",
  "..;/x",
  "../config.json",
  "../control-token",
  "../../keys/private.key",
  "../keys/s3.json"
]

/** Which a server may decode once too often. */
const encoded = [
  "%2e%2e/x",
  "%2e%2e%2fx",
  "%2E%2E%5Cx",
  "%252e%252e%252fx",
  "%c0%ae%c0%ae/x",
  "%00",
  "x%00.png",
  "%",
  "%zz",
  "a+b",
  "a b",
  "%20",
  "..%c0%afx",
  "%ff"
]

const absolute = ["/x", "/etc/passwd", "//x", "///", "/", "/../x", "~/x", "~root/x", "file:///etc/passwd", "http://x/y"]

const odd = [
  "a//b",
  "a/",
  "a//",
  " ",
  " x ",
  "x.",
  "x ",
  "-rf",
  "--help",
  "*",
  "?x=1",
  "#x",
  "a?b#c",
  "a&b=c",
  "a;b",
  "a|b",
  "$(touch x)",
  "`touch x`",
  "a\"b'c",
  "<a>&amp;",
  "x:y",
  "x::$DATA",
  "x.partial",
  "x.tmp",
  ".hidden",
  ".git/config",
  "node_modules",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "{}",
  "[]",
  "null"
]

const controls = ["\0", "x\0.png", "\t", "a\nb", "a\r\nb", "\x1b[31m", "\x7f", "\u0085", "\u2028"]

/** Forms of Unicode that look alike, or are no text on their own. */
const unicode = [
  "é",
  "e\u0301",
  "Å",
  "A\u030a",
  "\u212b",
  "ﬁ",
  "fi",
  "İ",
  "ı",
  "ß",
  "SS",
  "ＡＢＣ",
  "．．／x",
  "\u202ex",
  "\u200b",
  "\ufeffx",
  "𝕳",
  "🖼️",
  "日本語/頁.tif",
  "\uffff",
  "\u{10ffff}"
]

const long = ["a".repeat(255), "a".repeat(256), "a".repeat(1024), "é".repeat(512), `${"d/".repeat(511)}x`]

/** 1,024 bytes are the most that S3 allows. */
export const tooLong: ReadonlyArray<string> = ["a".repeat(1025), "é".repeat(513), "../".repeat(342)]

/** Each one different, also from all others in another case or form. */
export const keys: ReadonlyArray<string> = [
  ...climbing,
  ...encoded,
  ...absolute,
  ...windows,
  ...odd,
  ...controls,
  ...unicode,
  ...long
]
