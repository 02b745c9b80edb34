-- A Messaging Service sends from its numbers, and a number is one company's.

create unique index sender_messaging_service on sender (messaging_service_sid);
