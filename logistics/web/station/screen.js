// The one screen: what is being done, the camera, and the answer, which colours all of it.

import { grouped } from "./codes.js";
import { button, h } from "./dom.js";
import { sound, toneOf } from "./feedback.js";
import { icon } from "./icons.js";
import { day, isChinese, known, moment, named, nextWords, outcomeWords, t } from "./words.js";

// The colour of the phone's own bar above the page, as in station.css.
const BAR_COLOURS = {
  idle: "#fffaf5", look: "#fffaf5", good: "#14532d", taken: "#123f73", again: "#ffc233", ask: "#4a2178", stop: "#a3161b",
  hold: "#4d0a0d",
};

export class Screen {
  // `acts` are what its buttons do, by name.
  constructor(root, acts) {
    this.root = root;
    this.acts = acts;
    this.banners = new Map();
    this.last = null;
    this.state = { step: "LOOK", reason: "", operator: null, counts: null, progress: null, session: 0 };
  }

  // Draws everything anew: at the start, and when the language changes.
  draw() {
    this.brand = button([icon("mark"), t("title")], this.acts.openSettings, { id: "brand", "aria-label": `${t("title")} · ${t("settings")}` });
    this.status = button("", this.acts.openList, { id: "status" });
    this.bannerList = h("div", { id: "banners", role: "status" });
    this.stepButton = button("", this.acts.chooseStep, { id: "step" });
    this.verdict = h("section", { id: "verdict", role: "status", "aria-live": "assertive", "aria-atomic": "true", tabIndex: -1 });
    this.video = h("div", { id: "view", class: "view", hidden: true });
    this.line = h("p", { id: "line" });
    this.tools = h("div", { id: "tools" });
    this.root.replaceChildren(
      h("header", {}, h("h1", {}, this.brand), this.status),
      this.bannerList, this.stepButton, h("div", { id: "stage" }, this.video, this.verdict), this.line, this.tools,
    );
    this.#drawTools();
    this.#drawBanners();
    this.refresh(this.state);
    if (this.last) this.show({ ...this.last, isQuiet: true });
    else this.idle();
  }

  #drawTools() {
    const { acts } = this;
    this.cameraButton = button("", acts.toggleCamera, { id: "camera" });
    this.torchButton = button([icon("torch"), t("torch")], acts.toggleTorch, { id: "torch", hidden: true });
    this.tools.replaceChildren(this.cameraButton, this.torchButton,
      button([icon("type"), t("type")], acts.typeCode, { id: "type" }),
      button([icon("photo"), t("photo")], acts.takePhoto, { id: "photo" }));
    this.camera({ isOn: false });
  }

  refresh(state) {
    this.state = { ...this.state, ...state };
    const { step, reason, nextTry, operator, counts, progress, session } = this.state;
    this.stepButton.replaceChildren(
      h("span", { class: "small" }, operator ? `${t("step")} · ${operator.name}` : t("step")),
      h("strong", {}, reason ? `${t(step)} · ${t(reason)}` : t(step)),
      nextTry ? h("span", { class: "small" }, t("next_try_on", { day: day(nextTry) })) : "", icon("down"));
    this.#drawStatus(counts ?? { waiting: 0, attention: 0 });
    const words = progress ? t("round_progress", { done: progress.done.size, all: progress.all, rest: progress.all - progress.done.size })
      : session ? t("session_count", { n: session }) : "";
    this.line.replaceChildren(progress ? button(words, this.acts.openRound, { class: "plain", id: "progress" }) : words);
    if (progress) this.line.append(h("progress", { max: progress.all, value: progress.done.size, "aria-label": words }));
  }

  #drawStatus({ waiting, attention }) {
    const [kind, sign, words] = attention ? ["attention", "alarm", t("attention", { n: attention })]
      : waiting ? ["waiting", "taken", t("waiting", { n: waiting })] : ["sent", "good", t("all_sent")];
    this.status.dataset.kind = kind;
    this.status.replaceChildren(icon(sign), words);
  }

  // A message that stays until what it says is over; null takes it away.
  banner(name, words, act = null) {
    if (words) this.banners.set(name, { words, act });
    else this.banners.delete(name);
    if (this.bannerList) this.#drawBanners();
  }

  #drawBanners() {
    this.bannerList.replaceChildren(...[...this.banners].map(([name, { words, act }]) =>
      h("p", { "data-name": name }, h("span", {}, words), act ? button(act.words, act.run, { class: "small" }) : null)));
  }

  // A scan that was shown one way has been answered in another.
  changed(record) {
    const words = `${t("changed")}: ${grouped(record.code)} · ${outcomeWords(record.answer.outcome)}`;
    this.banner("changed", words, { words: t("outbox"), run: this.acts.openList });
    sound(toneOf(record.answer.outcome));
  }

  idle() {
    this.last = null;
    this.#tone("idle");
    this.verdict.replaceChildren(
      h("p", { class: "aim" }, t("aim")), h("p", { class: "wedge" }, t("wedge_ready")));
  }

  show(verdict) {
    this.last = verdict;
    const tone = verdict.isWaiting ? "look" : verdict.tone ?? toneOf(verdict.outcome);
    this.#tone(tone);
    this.verdict.replaceChildren(...(verdict.isWaiting ? [h("p", { class: "sign" }, icon("wait"))] : this.#words(verdict, tone)),
      ...this.#object(verdict), ...(verdict.isWaiting ? [] : [this.#buttons(verdict)]));
    if (!verdict.isWaiting && !verdict.isQuiet) sound(tone);
  }

  #tone(tone) {
    document.body.dataset.tone = tone;
    document.querySelector("meta[name=theme-color]").content = BAR_COLOURS[tone];
  }

  #words(verdict, tone) {
    const next = verdict.message?.[isChinese() ? "zh" : "en"];
    const title = verdict.outcome === "LOOKED_UP" ? t(verdict.parcel?.state ?? "") || verdict.kind : outcomeWords(verdict.outcome);
    return [
      h("p", { class: "sign" }, icon(tone)), h("p", { class: "words" }, title),
      h("p", { class: "next" }, next && !["RECORDED", "LOOKED_UP"].includes(verdict.outcome) ? next : nextWords(verdict.outcome)),
      ...factsOf(verdict).map((words) => h("p", { class: "fact" }, words)),
    ];
  }

  #object({ parcel, code, text }) {
    const contents = parcel?.contents?.map((line) => `${named(line.name ?? line)} × ${line.quantity}`).join(isChinese() ? "、" : ", ");
    const about = [named(parcel?.programme), parcel?.township].filter(Boolean).join(" · ");
    return [
      about ? h("p", { class: "about" }, about) : null, contents ? h("p", { class: "contents" }, contents) : null,
      code ? h("p", { class: "code" }, grouped(code)) : text ? h("p", { class: "code" }, text.slice(0, 60)) : null,
    ].filter(Boolean);
  }

  #buttons(verdict) {
    const { outcome, record } = verdict;
    return h("div", { class: "acts" },
      verdict.confirm ? button(t("take_anyway"), verdict.confirm, { class: "big" }) : null,
      verdict.confirm ? button(t("put_aside"), () => this.idle()) : null,
      outcome === "PROOF_MISSING" && record ? button(t("add_proof"), () => this.acts.addProof(record), { class: "big" }) : null,
      verdict.canUndo && (outcome === null || outcome === "RECORDED") ? button(t("undo"), this.acts.undo, { id: "undo" }) : null,
      outcome === "GOODS_CODE" ? button(t("GOODS_IN"), () => this.acts.receive(verdict.text), { class: "big" }) : null);
  }

  camera({ isOn, hasTorch = false, isLit = false }) {
    this.video.hidden = !isOn;
    document.body.classList.toggle("seeing", isOn);
    this.cameraButton.replaceChildren(icon("camera"), isOn ? t("camera_off") : t("camera_on"));
    this.torchButton.hidden = !hasTorch;
    this.torchButton.setAttribute("aria-pressed", String(isLit));
  }
}

export function factsOf({ facts = {}, outcome, own, words }) {
  const found = [];
  if (words) found.push(words);
  if (facts.lot_code) found.push(t("lot_is", { code: grouped(facts.lot_code) }));
  if (facts.next) found.push(known(facts.next));
  if (facts.missing) found.push(facts.missing.map((kind) => t(kind)).join(isChinese() ? "、" : ", "));
  if (facts.handed_over_at) found.push(t("handed_over_at", { time: moment(facts.handed_over_at) }));
  if (facts.isOwn) found.push(t("by_this_device"));
  else if (facts.by) found.push(t("by_who", { name: facts.by }));
  if (facts.where) found.push(String(facts.where));
  if (facts.as_of) found.push(t("as_of", { time: moment(facts.as_of) }));
  if (outcome === "LOOKED_UP" || outcome === "NOTHING_KNOWN") {
    for (const row of (own ?? []).slice(-3)) found.push(`${t(row.step)} · ${moment(row.at)}`);
  }
  return found.filter(Boolean);
}
