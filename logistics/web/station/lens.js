// The camera as the page uses it: on or off, lit or not, one or another, or a single photo.

import { Camera } from "./camera.js";
import { keep, read } from "./database.js";
import { Decoder } from "./decoder.js";
import { h } from "./dom.js";
import { t } from "./words.js";

const PHOTO_SIDE_MAX = 2_000;

export class Lens {
  constructor({ screen, take }) {
    this.screen = screen;
    this.reader = new Decoder();
    this.cameras = [];
    this.holder = null;
    this.camera = new Camera({ decoder: this.reader, onText: take });
  }

  get decoder() {
    return this.reader.name;
  }

  // Opens the camera again where it was open last time.
  async start() {
    document.addEventListener("visibilitychange", () => this.#sleepOrWake());
    if (await read("camera_on")) await this.open(await read("camera_id"));
  }

  async toggle() {
    if (this.camera.isOn) return this.close();
    return this.open(await read("camera_id"));
  }

  async open(deviceId = null) {
    if (!navigator.mediaDevices?.getUserMedia) return this.screen.banner("camera", t("no_camera"));
    try {
      if (!this.reader.name) await this.reader.start();
      await this.#openOr(deviceId);
      this.cameras = await this.camera.cameras();
      await keep("camera_on", true);
      this.screen.banner("camera", null);
    } catch (error) {
      this.screen.banner("camera", t(error?.name === "NotAllowedError" ? "camera_denied" : "no_camera"));
    }
    return this.#show();
  }

  // The camera that was chosen may be another phone's, or unplugged.
  async #openOr(deviceId) {
    try {
      await this.camera.open(deviceId);
    } catch (error) {
      if (!deviceId || error?.name === "NotAllowedError") throw error;
      await this.camera.open();
    }
  }

  async close() {
    this.camera.close();
    await keep("camera_on", false);
    this.#show();
  }

  async another() {
    const place = this.cameras.findIndex((one) => one.deviceId === this.camera.deviceId);
    const next = this.cameras[(place + 1) % this.cameras.length];
    await keep("camera_id", next.deviceId);
    await this.open(next.deviceId);
  }

  async toggleTorch() {
    await this.camera.light(!this.camera.isLit).catch(() => {});
    this.#show();
  }

  // Shows the camera's picture in a sheet instead of the page, while codes are scanned there; null gives it back.
  lend(holder, wanted = "code") {
    this.holder = holder;
    this.camera.wanted = wanted;
    this.#show();
    // A video that is moved in the page stops.
    if (this.camera.isOn) this.camera.video.play().catch(() => {});
  }

  #show() {
    const { isOn, isLit } = this.camera;
    this.screen.camera({ isOn, hasTorch: isOn && this.camera.hasTorch, isLit });
    const view = this.holder ?? this.screen.video;
    view.replaceChildren(this.camera.video, h("span", { class: "frame", "aria-hidden": "true" }));
    view.hidden = !isOn;
    if (this.holder) this.screen.video.hidden = true;
  }

  // A page that nobody sees keeps no camera.
  async #sleepOrWake() {
    if (document.visibilityState === "hidden" && this.camera.isOn) {
      this.camera.close();
      this.isAsleep = true;
    } else if (document.visibilityState === "visible" && this.isAsleep) {
      this.isAsleep = false;
      await this.open(await read("camera_id"));
    }
  }

  // Lets the person take or choose a photo and returns the code in it; null where there is none.
  async photo() {
    const file = await pickPhoto();
    if (!file) return null;
    if (!this.reader.name) await this.reader.start();
    const text = await this.reader.read(await shrunk(file, PHOTO_SIDE_MAX), { isThorough: true, wanted: "goods" }).catch(() => null);
    if (!text) this.screen.show({ outcome: "NO_CODE_SEEN" });
    return text;
  }
}

// Opens the phone's own camera or its pictures; null where the person chose none.
export function pickPhoto() {
  return new Promise((resolve) => {
    const field = h("input", { type: "file", accept: "image/*", capture: "environment", hidden: true, id: "photo-file", "aria-label": t("photo") });
    const end = (file) => {
      field.remove();
      resolve(file);
    };
    field.addEventListener("change", () => end(field.files[0] ?? null));
    field.addEventListener("cancel", () => end(null));
    document.body.append(field);
    field.click();
  });
}

// Reads a photo with its longer side at most so long; turned as it was taken.
export async function shrunk(file, most) {
  const whole = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, most / Math.max(whole.width, whole.height));
  if (scale === 1) return whole;
  const size = { resizeWidth: Math.round(whole.width * scale), resizeHeight: Math.round(whole.height * scale), resizeQuality: "high" };
  const small = await createImageBitmap(whole, size);
  whole.close();
  return small;
}
