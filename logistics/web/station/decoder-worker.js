// Reads codes in pictures, apart from the page: zxing-wasm, from our own copy.

importScripts("vendor/zxing_reader.js");

// The page knows its version; what is kept for offline work stands under the same address.
const WASM = new URL("vendor/zxing_reader.wasm", self.location.href).href;
ZXingWASM.prepareZXingModule({
  overrides: { locateFile: (path, prefix) => (path.endsWith(".wasm") ? WASM : prefix + path) },
  fireImmediately: true,
});

// A QR is found whichever way it is turned; bar codes of goods lie along the frame.
const OPTIONS = { tryHarder: true, tryRotate: false, tryInvert: false, tryDownscale: true, maxNumberOfSymbols: 1, textMode: "Plain" };
const FORMATS = { code: ["QRCode"], goods: ["QRCode", "EAN13", "EAN8"] };
let canvas = null;

function pixels(picture) {
  if (!(picture instanceof ImageBitmap)) return picture;
  const { width, height } = picture;
  if (canvas?.width !== width || canvas?.height !== height) canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0);
  picture.close();
  return context.getImageData(0, 0, width, height);
}

self.onmessage = async ({ data: { id, picture, isThorough, wanted } }) => {
  try {
    const formats = FORMATS[wanted] ?? FORMATS.code;
    const slowly = { tryDenoise: Boolean(isThorough), tryInvert: Boolean(isThorough) };
    const found = await ZXingWASM.readBarcodes(pixels(picture), { ...OPTIONS, ...slowly, formats });
    self.postMessage({ id, text: found.find((one) => one.isValid)?.text ?? null });
  } catch (error) {
    self.postMessage({ id, text: null, problem: String(error) });
  }
};
