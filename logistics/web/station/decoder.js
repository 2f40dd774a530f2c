// Who reads the pictures: the browser's own detector where it passes a test with a code of ours, zxing-wasm otherwise.

const TEST_PICTURE = new URL("./self-test.png", import.meta.url);
const TEST_TEXT = "HTTPS://NUANLIU.EXAMPLE/Q/P7K00000000000000SELF";

export class Decoder {
  constructor() {
    this.name = "";
    this.detector = null;
    this.worker = null;
    this.asked = new Map();
    this.number = 0;
    this.turn = 0;
    // How long the worker looked at the last picture, in milliseconds.
    this.took = 0;
  }

  async start() {
    this.detector = await this.#native().catch(() => null);
    this.name = this.detector ? "BarcodeDetector" : "zxing-wasm";
    if (!this.detector) this.#startWorker();
    return this.name;
  }

  // A detector that stays silent, or reads something else, is not used.
  async #native() {
    if (!("BarcodeDetector" in self) || !(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return null;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    const picture = await createImageBitmap(await (await fetch(TEST_PICTURE)).blob());
    const [found] = await detector.detect(picture);
    return found?.rawValue === TEST_TEXT ? detector : null;
  }

  #startWorker() {
    this.worker = new Worker(new URL("./decoder-worker.js", import.meta.url));
    this.worker.onmessage = ({ data }) => {
      this.asked.get(data.id)?.(data);
      this.asked.delete(data.id);
    };
    // A worker that breaks answers nothing more: everyone is told, and a new one is made for the next picture.
    this.worker.onerror = () => {
      for (const answer of this.asked.values()) answer({ text: null, problem: "worker" });
      this.asked.clear();
      this.worker = null;
    };
  }

  // Returns the text of a code in a video, a picture or its pixels; null where there is none. The picture is consumed.
  // Of a live camera's pictures every other one is looked at in a second way too; a thorough look tries them all.
  async read(source, { isThorough = false, wanted = "code" } = {}) {
    if (this.detector && !(source instanceof ImageData)) {
      const [found] = await this.detector.detect(source).catch(() => []);
      // It was asked for square codes alone.
      if (found || (!isThorough && wanted === "code")) return found?.rawValue ?? null;
    }
    if (!this.worker) this.#startWorker();
    const picture = source instanceof ImageData ? source : await pictureOf(source);
    const id = ++this.number;
    const answer = new Promise((resolve) => this.asked.set(id, resolve));
    this.worker.postMessage({ id, picture, isThorough, wanted, turn: this.turn++ }, [picture instanceof ImageBitmap ? picture : picture.data.buffer]);
    const { text, problem, took = 0 } = await answer;
    this.took = took;
    if (problem) this.problem = problem;
    return text;
  }
}

// A worker with a canvas of its own takes the bitmap; elsewhere the pixels are taken here.
async function pictureOf(source) {
  if ("OffscreenCanvas" in self && "createImageBitmap" in self) return source instanceof ImageBitmap ? source : createImageBitmap(source);
  const canvas = document.createElement("canvas");
  canvas.width = source.videoWidth ?? source.width;
  canvas.height = source.videoHeight ?? source.height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
