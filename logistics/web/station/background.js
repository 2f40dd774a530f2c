// A bonus where a browser offers it: the outbox is sent when the network comes back, though no page is open. Only the
// service worker loads this; everything it does the page does by itself, too.

import * as device from "./device.js";
import { Sync } from "./sync.js";

const tabs = new BroadcastChannel("nuanliu-scan");

async function sendAll() {
  if (!(await device.load())) return;
  let failed = null;
  const tell = (news) => {
    if (news.error) failed = news.error;
    else tabs.postMessage(news);
  };
  await new Sync({ device: device.current, tell }).once();
  // The browser tries again later, a few times.
  if (failed) throw failed;
}

self.addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(sendAll());
});
