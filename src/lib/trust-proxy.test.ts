import { describe, expect, it } from "vitest";
import { clientAddress, isTrustedProxy, parseTrustProxy } from "./trust-proxy";

describe("who asks, by address", () => {
  it.each([
    ["unset", "", "10.0.0.1", "1.2.3.4", "10.0.0.1"],
    ["nought hops", "0", "10.0.0.1", "1.2.3.4", "10.0.0.1"],
    ["one hop", "1", "10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"],
    ["two hops", "2", "10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2", "1.2.3.4"],
    ["more hops than were told of", "3", "10.0.0.1", "1.2.3.4", "1.2.3.4"],
    ["one hop without the header", "1", "10.0.0.1", undefined, "10.0.0.1"],
    ["a network", "10.0.0.0/8", "10.0.0.1", "6.6.6.6, 1.2.3.4, 10.9.9.9", "1.2.3.4"],
    ["a network that the connection is not of", "10.0.0.0/8", "9.9.9.9", "1.2.3.4", "9.9.9.9"],
    ["an address", "127.0.0.1, ::1", "127.0.0.1", "1.2.3.4", "1.2.3.4"],
    ["a socket of both families", "127.0.0.1", "::ffff:127.0.0.1", "1.2.3.4", "1.2.3.4"],
    ["what is no address", "1", "10.0.0.1", "1.2.3.4, unknown", "10.0.0.1"],
    ["a port behind it", "1", "10.0.0.1", "1.2.3.4:5678", "1.2.3.4"],
    ["IPv6, by its network", "1", "10.0.0.1", "[2001:db8:0:7::1]:443", "2001:db8:0:7::/64"],
    ["the same network", "", "2001:DB8:0000:0007:ffff::2", undefined, "2001:db8:0:7::/64"],
    ["loopback of IPv6", "", "::1", undefined, "0:0:0:0::/64"],
  ])("%s", (_, setting, socket, forwarded, expected) => {
    expect(clientAddress(socket, forwarded, parseTrustProxy(setting))).toBe(expected);
  });

  it.each(["10.0.0.0/33", "example.com", "10.0.0.1/8/8", "17", "10.0.0.1/x"])("%s is no setting", (text) => {
    expect(() => parseTrustProxy(text)).toThrow(/^must be a number of proxies/);
  });

  it("knows a proxy's own connections", () => {
    expect(isTrustedProxy("::ffff:10.1.1.1", parseTrustProxy("10.0.0.0/8"))).toBe(true);
    expect(isTrustedProxy("11.1.1.1", parseTrustProxy("10.0.0.0/8"))).toBe(false);
    expect(isTrustedProxy("11.1.1.1", parseTrustProxy("2"))).toBe(true);
    expect(isTrustedProxy("11.1.1.1", parseTrustProxy(""))).toBe(false);
  });
});
