"""The sender as a task of the service."""

from dataclasses import replace
from datetime import timedelta

from notifier_svc.channels.callbacks import Callbacks
from notifier_svc.channels.dkim import Signing
from notifier_svc.channels.links import ReaderLinks
from notifier_svc.channels.smtp import Host, Security, trusting
from notifier_svc.channels.templates import TemplateService
from notifier_svc.channels.twilio import Twilio
from notifier_svc.channels.verp import BounceAddresses, Tokens
from notifier_svc.domain.keys import Keys
from notifier_svc.reports import Reports, service_token
from notifier_svc.send.how import Sending
from notifier_svc.send.reconciling import Reconciler
from notifier_svc.send.rehearsal import Rehearsal
from notifier_svc.send.rendering import Renderer
from notifier_svc.send.sender import Sender
from notifier_svc.settings import MailAccount, NotifierSettings
from servicekit.links import Links
from servicekit.runtime import Runtime


def template_service(settings: NotifierSettings, runtime: Runtime) -> TemplateService:
    """Template-svc, asked with this service's own token."""
    return TemplateService(str(settings.template_svc_url), runtime.bulk, service_token(settings, runtime.http))


async def send(runtime: Runtime, settings: NotifierSettings, keys: Keys, reports: Reports) -> None:
    """Send what is due until cancelled."""
    renderer = Renderer(template_service(settings, runtime))
    twilio = Twilio(
        str(settings.twilio_url),
        runtime.http,
        settings.twilio_timeout_seconds,
        detects_machines=settings.twilio_machine_detection,
    )
    await Sender(runtime.database, renderer, reports, twilio, keys, settings.seal, sending(settings, keys)).run()


async def reconcile(runtime: Runtime, settings: NotifierSettings) -> None:
    """Settle unknown outcomes until cancelled."""
    twilio = Twilio(str(settings.twilio_url), runtime.http, settings.twilio_timeout_seconds)
    wait = timedelta(seconds=settings.reconcile_seconds)
    await Reconciler(runtime.database, twilio, settings.seal, wait).run()


def rehearsal(settings: NotifierSettings, keys: Keys, templates: TemplateService) -> Rehearsal:
    """The same way, up to the wire."""
    unsigned = replace(sending(settings, keys), signing=None)  # nobody sees it
    return Rehearsal(Renderer(templates), keys, unsigned)


def hosts(settings: NotifierSettings) -> tuple[Host, ...]:
    """The mail host, and the one that takes its place while it is away."""
    return tuple(_host(each, settings) for each in settings.mail_hosts)


def _host(account: MailAccount, settings: NotifierSettings) -> Host:
    secure = account.security is not Security.NONE
    return Host(
        account.host,
        account.port,
        security=account.security,
        username=account.username,
        password=account.password.get_secret_value() if account.password else None,
        timeout=settings.smtp_timeout_seconds,
        end_timeout=settings.smtp_end_timeout_seconds,
        tls=trusting(account.ca_file, verify=account.verify) if secure else None,
        per_second=account.per_second,
        connections=account.connections or settings.smtp_connections,
        sendgrid=account.sendgrid,
    )


def sending(settings: NotifierSettings, keys: Keys) -> Sending:
    """How to send, as the settings say."""
    ways = hosts(settings)
    return Sending(
        hosts=ways,
        from_address=settings.smtp_from_address,
        callbacks=Callbacks(str(settings.public_url)),
        links=ReaderLinks(str(settings.public_url), str(settings.invitation_url), Links.of(settings.link_keys), keys),
        bounces=BounceAddresses(settings.bounce_domain, keys) if settings.bounce_domain else None,
        signing=Signing(settings.dkim, settings.seal),
        tokens=Tokens(keys) if settings.sendgrid_webhook_key else None,
        connections=max(host.connections for host in ways),
        twilio_connections=settings.twilio_connections,
        lease=timedelta(seconds=settings.lease_seconds),
        release_per_second=settings.release_per_second,
    )
