import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { waitFor } from "../lib/wait-for";
import { Rehearsal } from "./rehearsal";

const REST_MS = 60;

let runs: number;
let isOver: () => boolean;
let claims: { size: number; restedMs: number };
let rehearsal: Rehearsal;

beforeEach(() => {
  runs = 0;
  claims = { size: 0, restedMs: 1_000 };
  rehearsal = new Rehearsal(
    async (given) => {
      runs++;
      isOver = given;
    },
    claims,
    REST_MS,
  );
});
afterEach(() => rehearsal.close());

it("begins once it was asked and the worker has rested, and ends at its close", async () => {
  await sleep(2 * REST_MS);
  expect(runs).toBe(0);
  rehearsal.ask();
  rehearsal.ask();
  await sleep(REST_MS / 2);
  expect(runs).toBe(0);
  expect(await waitFor(() => runs > 2, 2_000)).toBe(true);
  expect(isOver()).toBe(false);
  rehearsal.close();
  expect(isOver()).toBe(true);
  const before = runs;
  await sleep(2 * REST_MS);
  expect(runs).toBe(before);
});

it("gives way to what runs, and goes on once the worker rests", async () => {
  rehearsal.ask();
  expect(await waitFor(() => runs > 0, 2_000)).toBe(true);
  Object.assign(claims, { size: 1, restedMs: 0 });
  expect(isOver()).toBe(true);
  await sleep(REST_MS);
  const before = runs;
  await sleep(3 * REST_MS);
  expect(runs).toBe(before);
  Object.assign(claims, { size: 0, restedMs: 1_000 });
  expect(await waitFor(() => runs > before, 2_000)).toBe(true);
});
