// A payment's page in one hand.
import { expect, test } from "../fixtures";
import { NUMBERS } from "./checkout";
import { address, card, hydrated, paid, signIn } from "./dashboard";

test("what can be done is in reach, and large enough", async ({ page, request, demo }) => {
  const payment = await paid(request, demo, { card: card(NUMBERS.pays), capture: false });
  await signIn(page, demo, address(payment));
  await hydrated(page);
  const actions = page.locator(".actions");
  const box = await actions.boundingBox();
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeGreaterThan(840);
  for (const action of await actions.locator("a.button, summary .button").all()) expect((await action.boundingBox())?.height).toBeGreaterThanOrEqual(44);
});
