// The camera: one stream at a time, frame by frame to the decoder, with what light and choice the phone offers.

const WANTED = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
// A label that stays in view is one scan, not thirty a second.
const SAME_MS = 2_500;
const PAUSE_MS = 15;

export class Camera {
  // `onText` hears each code once while it stays in view.
  constructor({ decoder, onText }) {
    this.decoder = decoder;
    this.onText = onText;
    this.video = Object.assign(document.createElement("video"), { muted: true, playsInline: true, autoplay: true });
    this.stream = null;
    // "code", or "goods" where bar codes of goods are wanted too.
    this.wanted = "code";
    this.last = { text: "", at: -Infinity };
  }

  get isOn() {
    return Boolean(this.stream);
  }

  // Opens a camera, the one at the back by default. Throws what the browser says where it may not or there is none.
  async open(deviceId = null) {
    this.close();
    const which = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: { ideal: "environment" } };
    const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...WANTED, ...which } });
    this.stream = stream;
    this.track = stream.getVideoTracks()[0];
    this.track.addEventListener("ended", () => this.stream === stream && this.close());
    this.video.srcObject = stream;
    await this.video.play();
    this.#watch(stream);
    await this.#keepAwake();
  }

  close() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.video.srcObject = null;
    this.lock?.release().catch(() => {});
    this.lock = null;
    this.isLit = false;
  }

  get hasTorch() {
    return Boolean(this.track?.getCapabilities?.().torch);
  }

  async light(isLit) {
    await this.track.applyConstraints({ advanced: [{ torch: isLit }] });
    this.isLit = isLit;
  }

  async cameras() {
    return (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
  }

  get deviceId() {
    return this.track?.getSettings?.().deviceId ?? null;
  }

  async #keepAwake() {
    try {
      this.lock = await navigator.wakeLock?.request("screen");
    } catch {
      // A phone that saves its battery may go dark.
    }
  }

  async #watch(stream) {
    while (this.stream === stream) {
      await this.#frame();
      if (this.stream !== stream || this.video.readyState < 2) continue;
      const text = await this.decoder.read(this.video, { wanted: this.wanted }).catch(() => null);
      if (text && this.stream === stream) this.#seen(text);
    }
  }

  #seen(text) {
    const now = performance.now();
    const isSame = text === this.last.text && now - this.last.at < SAME_MS;
    this.last = { text, at: now };
    if (!isSame) this.onText(text);
  }

  #frame() {
    return new Promise((resolve) => {
      if (!this.video.requestVideoFrameCallback) return setTimeout(resolve, PAUSE_MS);
      // A stream that stops gives no more frames: look again after a while.
      const timer = setTimeout(resolve, 500);
      return this.video.requestVideoFrameCallback(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
