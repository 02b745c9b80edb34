// What the board, a booking, the visits of a job, its notes and its money say.
export const board = {
  view: "How the jobs are shown",
  list: "List",
  board: "Board",
  region: "Jobs by status",
  column: "Column",
  named: "{{status}} ({{jobs}})",
  none: "No jobs",
  all: "All of them as a list",
  move: "Move",
  moveJob: "Move “{{title}}” to another status",
  to: "Move to",
};

export const today = {
  title: "Your visits today",
  none: "You have no visit today. All jobs are below.",
  set: "Set the status",
  tell: "Tell the customer?",
  yes: "Tell them",
  no: "Don't tell",
};

export const booking = {
  book: "Book a job",
  title: "Book a job",
  kind: "What is booked",
  job: "A job",
  estimate: "An estimate",
  customer: "Customer",
  customerHint: "Type a part of the name, email, phone or address.",
  nobodyFound: "Nobody is called that.",
  blockedOption: "{{name}} (blocked)",
  address: "Service address",
  noAddress: "This customer has no service address. Add one on their page first.",
  what: "Title",
  whatHint: "What customers read: “Replace water heater”.",
  planned: "Plan a visit",
  lines: "Work and prices",
  description: "Description",
  quantity: "Quantity",
  price: "Price",
  line: "Line {{number}}",
  add: "Add a line",
  remove: "Remove line {{number}}",
  save: "Book it",
  discard: "Start over",
  nobody: "Nobody is told: no message is set up for a new booking.",
  needed: {
    customer: "Choose a customer.",
    service_address_id: "Choose where the work is.",
    title: "Say what is to be done.",
    description: "Say what it is.",
    quantity: "A number above 0, such as 1.5.",
    unit_price: "An amount, such as 120.00.",
  },
};

export const visits = {
  plan: "Plan a visit",
  day: "Day",
  from: "From",
  to: "To",
  zone: "By the clock in {{place}}",
  tech: "Technician",
  noTech: "Nobody yet",
  move: "Move",
  moveThis: "Move the visit of {{when}}",
  callOff: "Call off",
  callOffThis: "Call off the visit of {{when}}",
  planTitle: "Plan a visit",
  moveTitle: "Move the visit",
  callOffTitle: "Call off the visit",
  save: "Save the visit",
  saveCallOff: "Call it off",
  neededDay: "Choose a day.",
  neededTime: "Choose a time.",
  neededOrder: "It ends after it begins.",
  nobody: "Nobody is told: no message is set up for changes of a job.",
  gathers: "Changes of a job gather for a while, and are told together.",
};

export const ending = {
  more: "More",
  close: "Close the work order",
  reopen: "Open it again",
  cancel: "Cancel the job",
  cancelTitle: "Cancel the job",
  final: "This is final: what is cancelled by mistake is booked anew.",
  doCancel: "Cancel the job",
  keep: "Keep it",
  nobody: "Nobody is told: no message is set up for cancelled jobs.",
};

export const notes = {
  title: "Notes",
  none: "No notes yet.",
  write: "Write a note",
  add: "Add the note",
  somebody: "somebody",
};

export const bill = {
  title: "Invoices and payments",
  none: "Nothing was invoiced or paid yet.",
  invoice: "Invoice {{number}}",
  due: "due {{day}}",
  open: "{{amount}} open",
  paid: "paid",
  deposit: "Deposit",
  payment: "Payment",
};
