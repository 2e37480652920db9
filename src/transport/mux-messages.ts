/** The messages of SSH's connection protocol (RFC 4254, 9) that a channel needs. */
export const message = {
  channelOpen: 90,
  channelOpenConfirmation: 91,
  channelOpenFailure: 92,
  channelWindowAdjust: 93,
  channelData: 94,
  channelExtendedData: 95,
  channelEof: 96,
  channelClose: 97,
  channelRequest: 98,
  channelSuccess: 99,
  channelFailure: 100,
} as const

/** The messages of ssh's own protocol between a master and its clients (PROTOCOL.mux). */
export const muxMessage = { hello: 1, proxyRequest: 0x1000000f, proxyReply: 0x8000000f, version: 4 } as const
