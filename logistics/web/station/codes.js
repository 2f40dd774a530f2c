// Codes on paper, read without a network: twenty Crockford base-32 characters with two Reed-Solomon check characters
// over GF(32). The same rules as logistics/kernel/codes.py, against which this file is tested.

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 20;
const TEXT_LENGTH_MAX = 200;
const KINDS = {
  P: "PARCEL", H: "HOUSEHOLD_CARD", A: "ACKNOWLEDGEMENT", R: "REPLY_CARD", T: "LOT", B: "BIN", C: "CARTON",
  S: "SHEET_ROW", D: "DEVICE", N: "PAPER", K: "COLLECTOR_CARD", J: "SPONSORSHIP",
};
const READ_AS = { I: "1", L: "1", O: "0" };
const BETWEEN = /[-\s\u2013\uff0d]/gu;

// The powers of the generator of GF(32) with the primitive polynomial x^5 + x^2 + 1.
const EXP = [];
for (let place = 0, value = 1; place < 31; place += 1) {
  EXP.push(value);
  value <<= 1;
  if (value & 32) value ^= 0b100101;
}
const LOG = new Map(EXP.map((value, place) => [value, place]));
const times = (left, right) => (left && right ? EXP[(LOG.get(left) + LOG.get(right)) % 31] : 0);
const evaluate = (values, root) => values.reduce((total, value) => times(total, root) ^ value, 0);

export class CodeRefused extends Error {
  constructor(outcome) {
    super(outcome);
    this.outcome = outcome;
  }
}

export function isSound(code) {
  const values = [...code].map((sign) => ALPHABET.indexOf(sign));
  return code.length === LENGTH && code[0] in KINDS && !values.includes(-1)
    && evaluate(values, EXP[1]) === 0 && evaluate(values, EXP[2]) === 0;
}

export const kindOf = (code) => KINDS[code[0]];

export const grouped = (code) => code.match(/.{1,4}/g)?.join("-") ?? code;

// Full-width letters and digits stand a fixed distance above the ASCII ones.
function folded(text) {
  const narrow = text.trim().replace(/[\uff01-\uff5e]/gu, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));
  return narrow.toUpperCase();
}

const translated = (text) => text.replace(BETWEEN, "").replace(/[ILO]/g, (sign) => READ_AS[sign]);

// Returns the twenty characters of a code as it was scanned or typed: bare, grouped or in its address. Throws
// CodeRefused with BAD_CHECK (mistyped) or FOREIGN_CODE (another installation's mark or host).
export function readCode(text, { mark, host }) {
  if (text.length > TEXT_LENGTH_MAX) throw new CodeRefused("BAD_CHECK");
  let rest = folded(text);
  const slash = rest.lastIndexOf("/Q/");
  if (slash >= 0) {
    const place = rest.slice(0, slash).replace(/^HTTPS:\/\//, "").replace(/^HTTP:\/\//, "");
    if (place && place !== host.toUpperCase()) throw new CodeRefused("FOREIGN_CODE");
    rest = rest.slice(slash + 3).replace(/\/+$/, "");
  } else if (/[/:.]/.test(rest)) {
    throw new CodeRefused("FOREIGN_CODE");
  }
  const code = translated(rest);
  if (!isSound(code)) throw new CodeRefused("BAD_CHECK");
  if (code.slice(1, 3) !== mark) throw new CodeRefused("FOREIGN_CODE");
  return code;
}

// What can be said of a code while it is being typed: how many characters are there, and whether they can be right.
export function typedSoFar(text, { mark }) {
  const code = translated(folded(text));
  const wrong = [...code].find((sign) => !ALPHABET.includes(sign)) ?? "";
  if (wrong) return { count: code.length, state: "SIGN", sign: wrong };
  if (code.length < LENGTH) return { count: code.length, state: "SHORT" };
  if (code.length > LENGTH) return { count: code.length, state: "LONG" };
  if (!isSound(code)) return { count: LENGTH, state: "WRONG" };
  return { count: LENGTH, state: code.slice(1, 3) === mark ? "RIGHT" : "FOREIGN" };
}

// The bar code of goods: EAN-8, UPC-A or EAN-13 with its check digit.
export function isGoodsCode(text) {
  if (!/^(\d{8}|\d{12,13})$/.test(text)) return false;
  const digits = [...text].map(Number).reverse();
  return digits.reduce((sum, digit, place) => sum + digit * (place % 2 ? 3 : 1), 0) % 10 === 0;
}
