from django.core.management.commands import makemessages

IGNORED = (".venv", "tests", "static", "staticfiles", "var", "benchmarks")


class Command(makemessages.Command):
    """Django's, which also finds ``_t``: the name for gettext where ``_`` is the lazy one."""

    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=_t"]

    def handle(self, *args, **options):
        options["ignore_patterns"] = [*options["ignore_patterns"], *IGNORED]
        options["no_location"] = options["no_obsolete"] = options["no_wrap"] = True
        return super().handle(*args, **options)
