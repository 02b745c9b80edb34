// Short names for what the API answers with.
import type { components as CustomerSchemas } from "./generated/customer";
import type { components as NotifierSchemas } from "./generated/notifier";
import type { components as StatusSchemas } from "./generated/status";
import type { components as TemplateSchemas } from "./generated/template";

type Customers = CustomerSchemas["schemas"];
type Notifier = NotifierSchemas["schemas"];
type Statuses = StatusSchemas["schemas"];
type Templates = TemplateSchemas["schemas"];

export type Job = Statuses["Job"];
export type Status = Statuses["Status"];
export type StatusEntry = Statuses["StatusEntry"];
export type StatusChange = Statuses["StatusChange"];
export type StatusEdit = Statuses["StatusEdit"];
export type HistoryEntry = Statuses["HistoryEntry"];
export type Visit = Statuses["Visit"];

export type Delivery = Notifier["DeliveryView"];
export type DeliveryDetail = Notifier["DeliveryDetail"];
export type DeliveryState = Notifier["DeliveryState"];
export type Channel = Notifier["Channel"];
export type Reason = Notifier["Reason"];
export type DeliverySummary = Notifier["Summary"];
export type DryRunRow = Notifier["DryRunView"]["rows"][number];
export type Content = Notifier["Content"];
export type Board = Notifier["BoardView"];
export type BoardRow = Board["rows"][number];
export type BoardWarning = Notifier["WarningView"];
export type BoardRegion = Notifier["RegionOnBoard"];
export type Outbound = Notifier["OutboundView"];
export type RuleOnBoard = Notifier["RuleOnBoard"];
export type Rule = Notifier["RuleView"];
export type RuleBody = Notifier["NewRule"];
export type Timing = Notifier["TimingBody"];
export type Trial = Notifier["RuleTrialView"];
export type Preset = Notifier["PresetView"];
export type Pause = Notifier["PauseView"];
export type Sender = Notifier["SenderView"];
export type SenderBody = Notifier["SenderBody"];
export type RuleChange = Notifier["ChangeView"];

export type Company = Customers["CompanyProfile"];
export type CompanyChanges = Customers["CompanyChanges"];
export type CompanyChange = Customers["CompanyChangeView"];
export type Region = Customers["Region"];
export type Customer = Customers["Customer"];
export type Summary = Customers["Summary"];
export type Contact = Customers["Contact"];
export type EmailAddress = Customers["EmailAddress"];
export type Phone = Customers["Phone"];
export type EmailFlags = Required<Customers["EmailFlags"]>;
export type ContactFlags = Required<Customers["ContactFlags"]>;
export type Recipient = Customers["AdditionalRecipient"];
export type RecipientFlags = Required<Customers["RecipientFlags"]>;
export type ServiceAddress = Customers["ServiceAddress"];
export type LedgerEntry = Customers["LedgerEntry"];
export type Origin = Customers["Origin"];
export type Consent = Customers["Consent"];
export type CustomerKind = Customers["CustomerKind"];
export type CustomerChanges = Customers["CustomerChanges"];
export type NewCustomer = Customers["NewCustomer"];
export type NewContact = Customers["NewContact"];
export type NewRecipient = Customers["NewRecipient"];
export type NewServiceAddress = Customers["NewServiceAddress"];
export type Change = Customers["ChangeView"];
export type Preference = Customers["Preference"];
export type Matching = Customers["Matching"];
export type Edit = Customers["Edit"];
export type BatchEdit = Customers["BatchEdit"];
export type DryRun = Customers["DryRun"];
export type RowProblem = Customers["RowProblem"];
export type Import = Customers["Import"];
export type PortalAccess = Customers["PortalAccess"];
export type Block = Notifier["BlockView"];
export type Scope = Notifier["Scope"];

export type Template = Templates["TemplateOut"];
export type TemplateState = Templates["TemplateState"];
export type Words = Templates["WordsOut"];
export type RuleUse = Templates["RuleUse"];
export type Flaw = Templates["FlawOut"];
export type Checked = Templates["Checked"];
export type Catalogue = Templates["Catalogue"];
export type Tag = Templates["Tag"];
export type VersionLine = Templates["VersionLine"];
export type TemplateChange = Templates["ChangeView"];
export type Trigger = Notifier["Trigger"];
export type MessagePreview = Notifier["PreviewView"];
export type TextSize = Notifier["TextSize"];
export type TestMessage = Notifier["TrialView"];

export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}
