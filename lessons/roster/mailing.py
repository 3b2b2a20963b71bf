"""A slip by e-mail: a link that lets its reader choose a password, once."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.mail import send_mail
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lessons import jobs
from lessons.local_time import zone_of
from lessons.models import Classroom, Job, SchoolSettings
from lessons.reader import language_of
from lessons.roster import slips


def run(job: Job, progress: jobs.Progress) -> None:
    """Begun again after a worker was killed, it writes only to whom it had not: `result` keeps who was written to."""
    classroom = Classroom.objects.taught_by(job.owner).filter(pk=job.params["classroom"]).first()
    if classroom is None:
        raise jobs.JobTrouble(_("You don't teach this class any more."))
    sent: list[int] = list(job.result.get("sent", []))
    waiting = slips.unopened(classroom).filter(pk__in=job.params["people"]).exclude(email="")
    left = list(waiting.exclude(pk__in=sent))
    school = SchoolSettings.current()
    for done, person in enumerate(left):
        progress(done, len(left), _("Writing to %(name)s") % {"name": person.display_name})
        for slip in slips.issue([person], job.owner):
            with translation.override(language_of(person.language, "", school)), timezone.override(zone_of(person)):
                _send(slip, classroom, school, job.params["where"])
        sent.append(person.pk)
        Job.objects.filter(pk=job.pk).update(result={"sent": sent})
    job.result = {"sent": sent}
    progress(len(left), len(left), _("E-mails sent: %(n)d.") % {"n": len(sent)})


def _send(slip: slips.Slip, classroom: Classroom, school: SchoolSettings, where: str) -> None:
    # After the #, which no server writes into a log.
    link = f"{where}?{urlencode({'username': slip.person.username})}#{slips.shown(slip.code)}"
    facts = {
        "name": slip.person.first_name or slip.person.display_name,
        "classroom": classroom.name,
        "link": link,
        "username": slip.person.username,
        "code": slips.shown(slip.code),
        "school": school.name,
        "day": date_format(timezone.localtime(slip.until), "DATE_FORMAT"),
    }
    subject = " ".join((_("Your account at %(school)s") % facts).split())
    text = _(
        "Hello %(name)s,\n\n"
        "you are in %(classroom)s. Choose a password here, and begin:\n%(link)s\n\n"
        "Your username is %(username)s, and the code is %(code)s. It is good for one time, until %(day)s.\n"
    )
    send_mail(subject, text % facts, None, [slip.person.email])
