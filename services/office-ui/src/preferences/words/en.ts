// English, and what every language has.
const flags = {
  confirmations: ["Bookings", "When a visit is booked, changed or cancelled"],
  status_updates: ["News of your job", "On the way, started, done"],
  payment_receipts: ["Receipts", "When you have paid"],
  invoices: ["Invoices", "When there is something to pay"],
  service_reminders: ["Reminders of visits and service", "Before a visit, and when service is due"],
  invoice_reminders: ["Open estimates and invoices", "A reminder while one waits for you"],
  service_specials: ["Special offers", "In your account with us"],
  broadcasts: ["News to all customers", "Now and then, by email"],
  text: ["Texts", "To your phones, once you have agreed"],
  voice: ["Automatic calls", "A voice reads the message to you"],
} as const satisfies Record<string, readonly [string, string]>;

export type WordedFlag = keyof typeof flags;

export const en = {
  language: "en",
  title: (company: string) => `Messages from ${company}`,
  reader: (name: string) => `What comes to you, ${name}. Each change counts at once.`,
  loading: "One moment …",
  flags: flags as Record<WordedFlag, readonly [string, string]>,
  about: "What we write to you about",
  aboutHint: "By email, text and call.",
  emails: (address: string) => `Emails to ${address}`,
  phones: "Texts and calls",
  phone: (number: string) => `Phone ${number}`,
  consent: {
    none: (company: string) =>
      `No texts yet: the law wants a yes from the phone itself. Ask ${company} for the question, and answer YES.`,
    requested: () => "We have asked this phone by text. Answer YES there, and texts begin.",
    granted: () => "Gets texts. Answer STOP to any of them, and they end at once.",
    refused: (company: string) =>
      `No texts: the answer was NO. To have them, ask ${company} for the question, and answer YES from the phone.`,
    revoked: () =>
      "No texts: they were stopped. Only the phone itself can begin them again: answer START to any of our texts.",
  },
  landline: "A landline: it gets no texts.",
  callsEnded: "No automatic calls: they were ended by a key in a call.",
  needsYes: "None of your phones has agreed to texts yet: see below.",
  withAbove: "Off with all bookings, above",
  offBy: {
    you: (day: string) => `Switched off by you on ${day}`,
    company: (company: string, day: string) => `Switched off by ${company} on ${day}`,
  },
  stoppedHere: {
    reminders: ["Reminders to this address", "Visits, service, open estimates and invoices"],
    broadcasts: ["News to this address", "What goes to all customers"],
  } as Record<"reminders" | "broadcasts", readonly [string, string]>,
  byCompany: (company: string) => `Stopped by ${company}. To have these again, please ask them.`,
  stopTitle: "Nothing at all?",
  stopHint:
    "No emails to this address, not even receipts or the link for a new password, and no automatic texts or calls.",
  stopEmailsHint: "No emails to this address, not even receipts or the link for a new password.",
  stop: "Stop everything",
  thisAddress: "this address",
  stopped: "Everything is stopped",
  stoppedEmails: "Emails are stopped",
  stoppedSince: (address: string, day: string) => `No emails go to ${address} since ${day}.`,
  stoppedByCompany: (address: string, company: string) =>
    `${company} has stopped all emails to ${address}. To have them again, please ask them.`,
  undo: "Undo",
  again: "Get emails again",
  saving: "Saving …",
  saved: "Saved",
  waiting:
    "No connection. Your change is kept, and saved as soon as there is one. Please leave this page open.",
  waitingHere: "Not saved yet",
  refused: "This could not be changed. The page shows how it is now.",
  unreachable: "No connection. We keep trying.",
  tryNow: "Try now",
  emailsOnly: "Or stop emails on a plain page",
  brokenTitle: "This link does not work",
  broken: "It may have been cut off. Please open it again from the email, or use the one in a newer email.",
  gone: "This address is not with us any more, so there is nothing to choose for it. If you still get emails here, you can stop them.",
  call: (company: string) => `Questions? Call ${company}:`,
  write: "Or write to",
  promise: "You can come back by the link at the foot of any of our emails.",
};

export type Words = typeof en;
