// What the browser runs is what the server sent.
import { expect, test } from "../fixtures";
import { ask, path } from "./checkout";

test("a file that was changed on the way is not run", async ({ page, quiet, request, demo }) => {
  await page.route("**/assets/checkout-*.wasm", (route) => route.fulfill({ contentType: "application/wasm", body: "other" }));
  const refused = page.waitForEvent("pageerror");
  await page.goto(path(await ask(request, demo)));
  await refused;
  await expect(page.locator("html")).not.toHaveAttribute("data-hydrated", "");
  // The browser's own words about the mismatch, and the module's about the missing file.
  expect(quiet.map(({ text }) => text).join("\n")).toContain("integrity");
  quiet.length = 0;
});
