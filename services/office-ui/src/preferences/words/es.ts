// Spanish.
import type { Words } from "./en";

export const es: Words = {
  language: "es",
  title: (company) => `Mensajes de ${company}`,
  reader: (name) => `Lo que usted recibe, ${name}. Cada cambio se aplica de inmediato.`,
  loading: "Un momento…",
  flags: {
    confirmations: ["Citas", "Cuando se reserva, cambia o cancela una visita"],
    status_updates: ["Novedades de su servicio", "En camino, en curso, terminado"],
    payment_receipts: ["Recibos", "Cuando ha pagado"],
    invoices: ["Facturas", "Cuando hay algo que pagar"],
    service_reminders: [
      "Recordatorios de visitas y servicio",
      "Antes de una visita y cuando toca un servicio",
    ],
    invoice_reminders: [
      "Presupuestos y facturas pendientes",
      "Un recordatorio mientras haya alguno pendiente",
    ],
    service_specials: ["Ofertas especiales", "En su cuenta con nosotros"],
    broadcasts: ["Noticias para todos los clientes", "De vez en cuando, por correo"],
    text: ["Mensajes de texto", "A sus teléfonos, una vez que los haya aceptado"],
    voice: ["Llamadas automáticas", "Una voz le lee el mensaje"],
  },
  about: "Sobre qué le escribimos",
  aboutHint: "Por correo, mensaje de texto y llamada.",
  emails: (address) => `Correos a ${address}`,
  phones: "Mensajes de texto y llamadas",
  phone: (number) => `Teléfono ${number}`,
  consent: {
    none: (company) =>
      `Aún sin mensajes de texto: la ley exige un sí desde el propio teléfono. Pida a ${company} que se lo pregunte y responda SÍ.`,
    requested: () =>
      "Se lo preguntamos a este teléfono por mensaje de texto. Responda SÍ desde él y empezarán a llegar.",
    granted: () =>
      "Recibe mensajes de texto. Responda STOP a cualquiera de ellos y dejarán de llegar de inmediato.",
    refused: (company) =>
      `Sin mensajes de texto: la respuesta fue NO. Para recibirlos, pida a ${company} que se lo pregunte de nuevo y responda SÍ desde el teléfono.`,
    revoked: () =>
      "Sin mensajes de texto: se detuvieron. Solo el propio teléfono puede reanudarlos: responda START a cualquiera de nuestros mensajes.",
  },
  landline: "Un teléfono fijo: no recibe mensajes de texto.",
  callsEnded: "Sin llamadas automáticas: se cancelaron con una tecla durante una llamada.",
  needsYes: "Ninguno de sus teléfonos ha aceptado aún mensajes de texto: vea abajo.",
  withAbove: "Desactivado con todas las citas, arriba",
  offBy: {
    you: (day) => `Usted lo desactivó el ${day}`,
    company: (company, day) => `${company} lo desactivó el ${day}`,
  },
  stoppedHere: {
    reminders: ["Recordatorios a esta dirección", "Visitas, servicio, presupuestos y facturas pendientes"],
    broadcasts: ["Noticias a esta dirección", "Lo que se envía a todos los clientes"],
  },
  byCompany: (company) => `${company} dejó de enviarlos. Para volver a recibirlos, pídaselos.`,
  stopTitle: "¿Nada en absoluto?",
  stopHint:
    "Ningún correo a esta dirección, ni siquiera recibos o el enlace para una contraseña nueva, y ningún mensaje de texto ni llamada automática.",
  stopEmailsHint:
    "Ningún correo a esta dirección, ni siquiera recibos o el enlace para una contraseña nueva.",
  stop: "Detener todo",
  thisAddress: "esta dirección",
  stopped: "Todo está detenido",
  stoppedEmails: "Los correos están detenidos",
  stoppedSince: (address, day) => `Ningún correo va a ${address} desde el ${day}.`,
  stoppedByCompany: (address, company) =>
    `${company} detuvo todos los correos a ${address}. Para volver a recibirlos, pídaselos.`,
  undo: "Deshacer",
  again: "Volver a recibir correos",
  saving: "Guardando…",
  saved: "Guardado",
  waiting:
    "Sin conexión. Su cambio no se pierde: se guardará en cuanto la haya. Por favor, deje abierta esta página.",
  waitingHere: "Aún sin guardar",
  refused: "Esto no se pudo cambiar. La página muestra cómo está ahora.",
  unreachable: "Sin conexión. Seguimos intentando.",
  tryNow: "Intentar ahora",
  emailsOnly: "O detenga los correos en una página más sencilla",
  brokenTitle: "Este enlace no funciona",
  broken: "Quizá se cortó. Ábralo de nuevo desde el correo, o use el de un correo más reciente.",
  gone: "Ya no tenemos esta dirección, así que no hay nada que elegir para ella. Si aún recibe correos aquí, puede detenerlos.",
  call: (company) => `¿Preguntas? Llame a ${company}:`,
  write: "O escriba a",
  promise: "Puede volver con el enlace al pie de cualquiera de nuestros correos.",
};
