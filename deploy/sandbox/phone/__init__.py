"""The phone: Twilio's REST API as far as Fieldbell uses it, a truth log, and pages to answer on."""
