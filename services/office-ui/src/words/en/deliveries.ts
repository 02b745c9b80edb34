// What is done with messages: sent again, one or many, and stopped; and what happened to one, step by step.
export const resend = {
  again: "Send again",
  afterAll: "Send it after all",
  notAgain: "It can't be sent again now. {{why}}",
  notAfterAll: "It can't be sent now either. {{why}}",
  as_it_was: "As it was, word for word",
  fresh: "With today's words and job",
  mayBeThere: "It may have arrived. Whoever got it gets it a second time.",
  cancel: "Don't send it",
  cancelled: "It was stopped before it left.",
  queued: "It is on its way again.",
  see: "See it",
  copies: "Sent again",
  copy: "Copy {{number}}",
  original: "This is copy {{number}} of an earlier message.",
  seeOriginal: "See the original",
  asItWas: "word for word",
  asFresh: "with the words of that day",
};

export const bulkResend = {
  open: "Send failed ones again",
  label: "Send failed messages again",
  since: "Planned since",
  day: "Yesterday",
  week: "7 days ago",
  month: "30 days ago",
  unknown: "Also those of which it is not known whether they arrived",
  count_one: "{{count}} message would go again, with today's words, after all that is more urgent.",
  count_other: "{{count}} messages would go again, with today's words, after all that is more urgent.",
  none: "No message of these can be sent again, or all of them were.",
  tooMany: "These are more than {{most}}. Choose a shorter time.",
  start_one: "Send {{count}} message again",
  start_other: "Send {{count}} messages again",
  running: "{{done}} of {{total}} looked at, {{resent}} sent again",
  finished_one: "{{count}} message is on its way again.",
  finished_other: "{{count}} messages are on their way again.",
  failed: "It stopped after {{done}} of {{total}}. Tell your administrator.",
  left_one:
    "{{count}} message was left out: it arrived meanwhile, was sent again already, or has nobody to go to any more.",
  left_other:
    "{{count}} messages were left out: they arrived meanwhile, were sent again already, or have nobody to go to any more.",
  see: "See them in the log",
};

export const steps = {
  happened: "It happened",
  planned: "Decided who gets it",
  copied: "Sent again by the office",
  tried: "Try {{number}}: {{outcome}}",
  later: "not yet, it will be tried again",
  trying: "Try {{number}} is on its way, or was lost",
  receipt: "The provider says",
  sent_again: "Sent again by {{who}}",
  cancelled: "Stopped by {{who}}",
  waits: "It waits",
  on_its_way: "It is being handed over",
};
