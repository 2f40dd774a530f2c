// Verifies messages as a partner's program would: {secret, headers, body} in a list on the standard input.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

for (const { secret, headers, body, isForged } of JSON.parse(readFileSync(0, "utf-8"))) {
  let isVerified = true;
  try {
    new Webhook(secret).verify(body, headers);
  } catch {
    isVerified = false;
  }
  console.log(isVerified === !isForged ? "right" : "WRONG");
}
