// Reads codes in pictures, apart from the page: zxing-wasm, from our own copy.

importScripts("vendor/zxing_reader.js", "pictures.js");

// The page knows its version; what is kept for offline work stands under the same address.
const WASM = new URL("vendor/zxing_reader.wasm", self.location.href).href;
ZXingWASM.prepareZXingModule({
  overrides: { locateFile: (path, prefix) => (path.endsWith(".wasm") ? WASM : prefix + path) },
  fireImmediately: true,
});

// A QR is found whichever way it is turned; bar codes of goods lie along the frame.
const OPTIONS = { tryHarder: true, tryRotate: false, tryInvert: false, tryDownscale: true, maxNumberOfSymbols: 1, textMode: "Plain" };
// Ours are of Model 2 alone: "QRCode" would look for Micro QR too, whose smallest guards so little that print is read as one.
const OURS = "QRCodeModel2";
const FORMATS = { code: [OURS], goods: [OURS, "EAN13", "EAN8"] };
// How a picture is looked at after it was looked at as it is.
const SECOND = [["magnified"], ["softened"], ["sharpened"], ["fine"], ["inked", "dabbed"], ["blotted"]];
// Looked at once more with its gaps closed: grain, and scratches thinner than a module.
const CLOSED = { tryDenoise: true };
const CLOSED_FINELY = { tryDenoise: true, downscaleFactor: 2 };
const MORE = { magnified: CLOSED, softened: CLOSED, sharpened: CLOSED, inked: CLOSED_FINELY, dabbed: CLOSED_FINELY };

// A live camera shows the same label many times: every other picture is looked at once more, one way after the other. A
// photo is looked at in every way.
function viewsFor(isThorough, turn) {
  if (isThorough) return ["whole", ...SECOND.flat()];
  return turn % 2 ? ["whole", ...SECOND[(turn >> 1) % SECOND.length]] : ["whole"];
}

async function look(picture, { isThorough, formats, turn }) {
  for (const view of viewsFor(isThorough, turn)) {
    const pixels = pixelsOf(picture, view);
    const options = { ...OPTIONS, formats, tryInvert: isThorough, ...(isThorough ? CLOSED : {}), ...MORE[view] };
    const found = pixels ? await ZXingWASM.readBarcodes(pixels, options) : [];
    const text = found.find((one) => one.isValid)?.text;
    if (text) return text;
  }
  return null;
}

self.onmessage = async ({ data: { id, picture, isThorough, wanted, turn } }) => {
  const begun = performance.now();
  try {
    const text = await look(picture, { isThorough, turn, formats: FORMATS[wanted] ?? FORMATS.code });
    self.postMessage({ id, text, took: performance.now() - begun });
  } catch (error) {
    self.postMessage({ id, text: null, problem: String(error) });
  }
  if (picture instanceof ImageBitmap) picture.close();
};
