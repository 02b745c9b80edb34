// What the first page says.
export const home = {
  title: "Today",
  needs: {
    title: "What needs you",
    nothing: "Nothing needs you. What could be sent was sent, and nobody waits for an answer.",
    paused_one: "Sending is paused. {{count}} message waits until it is resumed.",
    paused_other: "Sending is paused. {{count}} messages wait until it is resumed.",
    seePaused: "See what waits",
    failing: "More messages fail than usual: {{failed}} of the {{decided}} of the last hour.",
    failed_one: "{{count}} message could not be delivered, since yesterday.",
    failed_other: "{{count}} messages could not be delivered, since yesterday.",
    seeFailed: "See who did not get it",
    late_one: "{{count}} message should have gone by now. We are trying; your administrator may know more.",
    late_other:
      "{{count}} messages should have gone by now. We are trying; your administrator may know more.",
    seeLate: "See which",
    requests_one: "{{count}} request of a customer waits for an answer.",
    requests_other: "{{count}} requests of customers wait for an answer.",
    requestsMore: "More than {{count}} requests of customers wait for an answer.",
    seeRequests: "Answer",
  },
  figures: {
    title: "Messages planned today",
    good: "Sent",
    bad: "Failed",
    quiet: "Not sent",
    waiting: "Waiting",
  },
  hours: {
    title: "By hour",
    hour: "Hour",
    none: "No message was planned today. Set a job's status, and it shows here.",
    prompt: "Half of them went within {{p50}}, 95 of 100 within {{p95}}.",
    asTable: "The same as a table",
  },
  reasons: {
    title: "Why not",
    none: "Every message that was planned was sent, or waits.",
    why: "Why",
    messages: "Messages",
    see: "See them",
  },
};
