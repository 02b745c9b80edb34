"""HTTP in, by resource: handlers translate, the domain decides."""

from fastapi import APIRouter

from servicekit import deadletters_http
from status_svc.http import (
    board,
    history,
    imports,
    jobs,
    moves,
    payments,
    records,
    service_requests,
    status_changes,
    statuses,
    technicians,
    visit_requests,
    work_orders,
)

ROUTERS: tuple[APIRouter, ...] = (
    jobs.router,
    board.router,
    moves.router,
    history.router,
    imports.router,
    payments.router,
    work_orders.router,
    records.router,
    service_requests.router,
    visit_requests.router,
    status_changes.router,
    statuses.router,
    technicians.router,
    deadletters_http.router,
)
