// Every text of the page in Chinese and English, and which of the two is shown.

import { NEXT, OUTCOMES } from "./words-outcomes.js";

const KEPT = "nuanliu-scan-language";
const WORDS = {
  title: ["暖流扫码", "Nuanliu Scan"],
  step: ["当前步骤", "Step"],
  choose_step: ["选择步骤", "Choose a step"],
  more: ["更多", "More"],
  other_pages: ["其他", "Other"], warehouse_work: ["仓库工作", "Work in the warehouse"],
  LOOK: ["查询", "Look up"], PACK: ["装箱", "Pack"], SEAL: ["封箱", "Seal"], DISPATCH: ["出库", "Dispatch"],
  RECEIVE: ["中转站接收", "Receive"], HAND_OVER: ["发放", "Hand over"], ATTEMPT: ["未能发放", "Not handed over"],
  REFUSE: ["对方拒收", "Refused"], RETURN: ["退回仓库", "Return"], INSPECT: ["检查", "Inspect"],
  DAMAGE: ["损坏", "Damaged"], LOSE: ["遗失", "Lost"], FIND: ["找回", "Found"], UNDO: ["撤销", "Undo"],
  GOODS_IN: ["物资入库", "Goods in"], ASSEMBLE: ["组包", "Assemble"], STOCK_TAKE: ["盘点", "Stock-take"],
  what_is_it: ["是什么", "What is it?"], how_many: ["多少", "How many?"], from_where: ["从哪来", "From where?"],
  which_kit: ["哪种包", "Which kit?"], whose_goods: ["用哪个专项", "Of which fund?"], which_warehouse: ["哪个仓库", "Which warehouse?"],
  lots_left: ["还有 {n} 批", "{n} lots to count"], is_right: ["对吗", "Is this right?"],
  scan_goods: ["扫商品条码，或从下面选。", "Scan the bar code, or choose below."],
  scan_lot: ["扫批次标签或商品条码，或从下面选。", "Scan the lot's label or the bar code, or choose below."],
  none_fits: ["名单里没有这个码，请从下面选。", "Nothing here has this code; choose below."],
  several_fit: ["有几种符合，请选一种。", "Several have this code; choose one."],
  search: ["查找", "Search"], nothing_to_choose: ["没有可选的。请联网更新，或找经办人。", "Nothing to choose: renew with a network, or ask the officer."],
  no_stock_take: ["没有正在进行的盘点，请经办人先开始一次。", "No stock-take is open: ask the officer to begin one."],
  all_counted: ["您能数的都数完了，其余请另一个人数。", "You have counted all that you may; another person counts the rest."],
  no_warehouse: ["第一次使用请先联网，取物品名单。", "The first time it needs a network, to fetch the list of goods."],
  gift: ["捐赠", "Gift"], still_to_come: ["还差 {n}", "{n} to come"], fund: ["专项", "Fund"], warehouse: ["仓库", "Warehouse"],
  donor: ["捐赠人（个人或单位名称）", "Donor: a person's or an organisation's name"], donor_kind: ["谁捐的", "Who gives"],
  donor_ORGANISATION: ["单位", "An organisation"], donor_PERSON: ["个人", "A person"],
  expires_on: ["有效期至（没印就空着）", "Expires on (empty where none is printed)"], batch: ["批号（可空）", "Batch (may be empty)"],
  is_expired: ["已经过期，不能入库。", "It has expired: it cannot be received."],
  more_than_ordered: ["这笔采购只差 {n}，请核对数量。", "Only {n} of this order are still to come: check the number."],
  until: ["有效期至 {day}", "until {day}"], grams: ["克", "grams"], next_step: ["下一步", "Next step"],
  clear_all: ["清零", "Clear"], erase: ["删一位", "Erase one digit"],
  lot_is: ["批次码：{code}", "Lot's code: {code}"],
  lot_title: ["批次标签", "The lot's label"], lot_hint: ["请扫装进去的货的批次标签", "Scan the label of the lot that goes in"],
  lot_none: ["这不是批次标签", "This is no lot's label"], lot_undated: ["货上没有有效期", "The goods bear no date"],
  LOT_LABEL: ["批次标签", "Lot's label"],
  next_try: ["下次什么时候去", "When to try again"], next_try_on: ["下次 {day}", "Next try {day}"], no_next_try: ["暂不定", "Not yet"],
  tomorrow: ["明天", "Tomorrow"], in_two_days: ["后天", "In two days"], in_a_week: ["一周后", "In a week"], other_day: ["其他日子", "Another day"],
  give_up: ["不再发送", "Do not send again"], refused_by_server: ["服务器没有接受：{words}", "The server did not accept it: {words}"],
  plain: ["简易扫码页", "Plain scan page"],
  why: ["原因", "Reason"],
  NOT_HOME: ["家中无人", "Nobody at home"], WRONG_ADDRESS: ["地址不对", "Wrong address"],
  TOO_FAR: ["今天太远", "Too far today"], REFUSED: ["对方不要", "They do not want it"],
  SHORT: ["缺少物资", "Something is missing"], DAMAGED: ["损坏", "Damaged"], LOST: ["遗失", "Lost"],
  OTHER: ["其他原因", "Another reason"],
  PLANNED: ["待装箱", "Planned"], PACKED: ["已装箱", "Packed"], SEALED: ["已封箱", "Sealed"],
  DISPATCHED: ["已出库", "Dispatched"], AT_TRANSFER_POINT: ["在中转站", "At a transfer point"],
  DELIVERED: ["已发放", "Delivered"], RETURNED: ["已退回", "Returned"], CANCELLED: ["已取消", "Cancelled"],
  DISPUTED: ["有争议", "Disputed"],
  aim: ["对准二维码", "Aim at the square code"],
  wedge_ready: ["扫码枪可以直接扫", "A handheld scanner may scan now"],
  camera_on: ["相机", "Camera"], camera_off: ["关相机", "Close"],
  camera_choose: ["换相机", "Other camera"],
  type: ["输入", "Type"], photo: ["照片", "Photo"], torch: ["手电", "Torch"],
  type_title: ["输入标签上的码", "Type the code on the label"],
  type_label: ["20 位码", "Code of 20 characters"],
  take: ["确定", "Go"], close: ["关闭", "Close"], cancel: ["取消", "Cancel"], back: ["返回", "Back"],
  typed_SHORT: ["还差 {n} 位", "{n} more"], typed_LONG: ["多了 {n} 位", "{n} too many"],
  typed_WRONG: ["有一两位不对，请核对", "One or two characters are wrong; check"],
  typed_SIGN: ["码里没有“{sign}”", "No code holds “{sign}”"],
  typed_FOREIGN: ["是别的系统的码", "A code of another system"], typed_RIGHT: ["码正确 ✓", "The code is right ✓"],
  undo: ["撤销这一条", "Undo this scan"], next: ["继续扫", "Next"],
  all_sent: ["全部已上传", "All sent"], waiting: ["{n} 条待上传", "{n} waiting"], attention: ["{n} 条要处理", "{n} to look at"],
  outbox: ["扫码记录", "Scans of this device"],
  to_look_at: ["要人处理", "Need a person"], to_send: ["等待上传", "Waiting to be sent"], sent: ["已接受", "Accepted"],
  nothing_here: ["这里还没有扫码。扫第一个包裹，就会出现在这里。", "No scan yet. Scan the first parcel and it appears here."],
  said_then: ["当时本机说：{words}", "This device said then: {words}"],
  said_now: ["服务器说：{words}", "The server says: {words}"],
  seen: ["知道了", "Seen"], try_again: ["再发一次", "Send again"], send_now: ["现在上传", "Send now"],
  refused_request: ["服务器拒绝了这条（{code}）。数据仍在本机，请联系管理员。", "The server refused this ({code}). It stays on this device; call the administrator."],
  changed: ["服务器有新消息", "The server says otherwise"],
  late: ["有扫码等了超过 24 小时，请尽快联网。", "Scans have waited for more than 24 hours: find a network soon."],
  clock_wrong: ["手机时间差了 {time}，请在系统设置里改正。扫码照常保存。", "This phone's clock is off by {time}; set it right. Scans are kept all the same."],
  days: ["{n} 天", "{n} days"], hours: ["{n} 小时", "{n} hours"], minutes: ["{n} 分钟", "{n} minutes"],
  not_persistent: ["浏览器可能会清理本机数据，请把本页添加到主屏幕。", "The browser may clear this device's data: add the page to the home screen."],
  offline: ["没有网络，扫码照常", "No network; scanning goes on"],
  key_refused: ["这台设备不再有效，请联系经办人。没上传的扫码仍保留。", "This device is no longer valid; call the officer. What was not sent is kept."],
  new_version: ["有新版本", "A new version is ready"], restart: ["更新", "Update"],
  no_worker: ["这个浏览器不能离线使用。请用系统浏览器打开，不要在微信里扫码。", "This browser cannot work offline: open the page in the phone's own browser, not in WeChat."],
  no_camera: ["用不了相机：可以拍照、输入，或用扫码枪。", "No camera here: take a photo, type, or use a handheld scanner."],
  camera_denied: ["相机没有获得许可。请在浏览器设置里允许，或拍照、输入。", "The camera is not allowed: allow it in the browser's settings, take a photo, or type."],
  not_secure: ["相机和离线需要 https 地址。请扫描 up --https 打印的二维码打开。", "Camera and offline work need an https address: open the one that up --https prints."],
  no_storage: ["这个浏览器不能保存扫码（可能是无痕模式）。请换普通窗口，或用简易扫码页。",
    "This browser cannot keep scans (a private window?): use an ordinary window, or the plain page."],
  enrol_title: ["把这部手机登记为设备", "Make this phone a device"],
  enrol_how: ["请经办人打开“设备”页面，用手机相机扫那里的一次性二维码。", "Ask the officer to open the page Devices, and scan the one-time code there with the phone's camera."],
  enrol_here: ["我已登录，用这部手机扫码", "I am signed in: use this phone"],
  enrol_name: ["设备名称", "Name of this device"], enrol_go: ["登记", "Enrol"],
  enrol_default: ["手机", "Phone"],
  enrol_sign_in: ["先登录，再登记这部手机", "Sign in first, then enrol this phone"],
  enrolment_unknown: ["这个二维码无效，请经办人重新生成。", "This code is not valid; ask the officer for a new one."],
  enrolment_used: ["这个二维码已用过，请经办人重新生成。", "This code was used already; ask the officer for a new one."],
  enrolment_expired: ["这个二维码已过期，请经办人重新生成。", "This code has expired; ask the officer for a new one."],
  enrol_network: ["登记需要网络，请联网后再试。", "Enrolling needs a network: try again with one."],
  enrol_failed: ["登记没有成功（{code}）。", "Enrolling did not work ({code})."],
  enrolled: ["登记好了：{name}", "Enrolled: {name}"],
  settings: ["设备与设置", "Device and settings"], language: ["English", "中文"],
  device: ["设备", "Device"], organisation: ["单位", "Organisation"], version: ["版本", "Version"],
  storage: ["本机空间", "Storage"], persistent: ["长期保存", "Kept for good"], yes: ["是", "yes"], no: ["否", "no"],
  decoder: ["识码", "Reads codes with"], call_office: ["打电话给{name}", "Call {name}"],
  wipe: ["清除本机数据", "Wipe this device"],
  wipe_sure: ["还有 {n} 条没有上传，清除后就没有了。确定要清除？", "{n} scans were not sent and would be lost. Wipe all the same?"],
  wipe_go: ["全部清除", "Wipe everything"],
  people: ["谁在操作", "Who is scanning"], nobody: ["未登录", "Nobody signed in"], sign_out: ["退出", "Sign out"],
  pin: ["PIN 码", "PIN"], pin_of: ["{name} 的 PIN 码", "PIN of {name}"], pin_wrong: ["PIN 不对，还可以试 {n} 次", "Wrong PIN, {n} tries left"],
  pin_locked: ["试错太多次，请 {n} 分钟后再试", "Too many wrong tries: wait {n} minutes"],
  no_pins: ["还没有人设 PIN，请在“设备”页面设置，再联网一次。", "Nobody has a PIN yet: set one on the page Devices, then connect once."],
  one_time_code_not_issued: ["没有发过验证码，请经办人发一个。", "No code was issued: ask the officer for one."],
  one_time_code_locked: ["验证码试错太多次，请经办人重发。", "Too many wrong tries: ask the officer for a new code."],
  one_time_code_expired: ["验证码过期了，请经办人重发。", "The code has expired: ask the officer for a new one."],
  one_time_code_wrong: ["验证码不对。", "The code is wrong."],
  witness_is_operator: ["第二个人须是另一个人。", "The second person must be another."],
  witness_unknown: ["第二个人不在在用人员中。", "The second person is not known here."],
  collector_unknown: ["这张代领卡不是这一家的。", "This collector's card is not this family's."],
  pin_none: ["还没有设 PIN，请在设备页面设置", "No PIN yet: set one on the page Devices"],
  round: ["活动", "Round"], round_list: ["名单", "List"], round_none: ["没有加载活动。请扫活动页面上的二维码。", "No round is loaded: scan the code on the round's page."],
  round_loaded: ["已加载：{name}，{n} 个包裹", "Loaded: {name}, {n} parcels"],
  round_failed: ["加载不了这次活动。请联网后再试，或找经办人。", "This round cannot be loaded: try with a network, or ask the officer."],
  round_expired: ["名单已过期，请联网更新。", "The list has expired: renew it with a network."],
  round_progress: ["{done} / {all}，还差 {rest}", "{done} of {all}, {rest} to go"],
  round_missing: ["还没有扫到", "Not scanned yet"], round_done: ["已扫", "Scanned"],
  round_forget: ["从本机移除", "Remove from this device"], round_renew: ["更新名单", "Renew the list"],
  session_count: ["本次 {n} 件", "{n} in this session"],
  proof_title: ["签收凭证", "Proof of delivery"], proof_confirm: ["确认发放", "Confirm the hand-over"],
  proof_needed: ["必需", "required"], proof_done: ["已有", "done"],
  SIGNATURE: ["签名", "Signature"], PHOTO: ["拍照", "Photo"], HOUSEHOLD_CARD: ["家庭卡", "Household card"],
  ONE_TIME_CODE: ["一次性验证码", "One-time code"], COLLECTOR: ["代领人", "Authorised collector"],
  TWO_PERSONS: ["两人经手", "Two persons"], SIGNED_SHEET: ["签收表", "Signed sheet"],
  sign_here: ["请在框内签名", "Please sign in the box"], clear: ["重签", "Clear"], done: ["好了", "Done"],
  photo_hint: ["拍物资和门牌即可，不需要拍脸。", "The goods and the door are enough; a face is not needed."],
  card_hint: ["现在扫家庭卡", "Now scan the household card"], collector_name: ["代领人姓名", "Name of the collector"],
  one_time_label: ["家人手机上的验证码", "The code on the family's phone"],
  second_person: ["第二位经手人输入 PIN", "The second person enters a PIN"],
  take_anyway: ["确认，照样记录", "Confirm, record it all the same"], put_aside: ["放在一边", "Put it aside"],
  add_proof: ["补签收凭证", "Take the proof"],
  handed_over_at: ["发放时间：{time}", "Handed over: {time}"], by_who: ["经手：{name}", "By: {name}"], by_this_device: ["由本机发放", "By this device"],
  as_of: ["名单时间：{time}", "As the list stood: {time}"], township: ["乡镇", "Township"],
  inspect_now: ["检查包裹", "Inspect the parcel"], is_sound: ["完好", "Sound"], is_damaged: ["损坏", "Damaged"],
};

// Another page brings words of its own.
export const learnWords = (more) => Object.assign(WORDS, more);

let place = 0;

export function chooseLanguage(wanted) {
  const kept = wanted ?? localStorage.getItem(KEPT) ?? navigator.language;
  place = kept.startsWith("zh") ? 0 : 1;
  if (wanted) localStorage.setItem(KEPT, wanted);
  document.documentElement.lang = place ? "en" : "zh-Hans";
  document.title = t("title");
}

export const isChinese = () => place === 0;
export const switchLanguage = () => chooseLanguage(place ? "zh-Hans" : "en");

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

export const t = (name, values = {}) => filled(WORDS[name]?.[place] ?? name, values);
// Words that the server names by a word of its own; nothing for one that this version does not know.
export const known = (name) => WORDS[name]?.[place] ?? "";
export const outcomeWords = (outcome) => (OUTCOMES[outcome ?? "TAKEN"] ?? OUTCOMES.NOT_ALLOWED)[place];
export const nextWords = (outcome) => (NEXT[outcome ?? "TAKEN"] ?? ["", ""])[place];
// A name as the API says it: {zh, en}, of which the English one may be missing.
export const named = (name) => (name ? name[place ? "en" : "zh"] || name.zh || name.en || "" : "");
export const nameOf = ({ name }) => (typeof name === "string" ? name : named(name));
export const moment = (value) => new Date(value).toLocaleString(place ? "en-GB" : "zh-CN", {
  month: "short", day: "numeric", hour: "2-digit", minute: "2-digit",
});
// A day as the API says it: 2026-12-01.
export const day = (text) => new Date(`${text}T12:00`).toLocaleDateString(place ? "en-GB" : "zh-CN", {
  year: text.slice(0, 4) === String(new Date().getFullYear()) ? undefined : "numeric", month: "short", day: "numeric",
});
export function duration(ms) {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  if (minutes < 90) return t("minutes", { n: minutes });
  const hours = Math.round(minutes / 60);
  return hours < 36 ? t("hours", { n: hours }) : t("days", { n: Math.round(hours / 24) });
}
export const WORDS_FOR_TESTS = { WORDS, OUTCOMES, NEXT };
