"""What the database refuses the service's own role, whatever the service asks (T1-T9).

Everything here is asked as `app`, the role under which the service runs.
"""

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from quasimarket.service.acting.act import ACTS
from quasimarket.service.people.actor import SYSTEM, Actor
from quasimarket.service.people.models import ApiKey
from quasimarket.service.people.scope import acting_as, signed


FRAMEWORK = {
    "django_migrations": "names of migrations",
    "django_content_type": "names of models",
    "django_session": "read by its random key before it is known who asks",
    "auth_group": "unused: roles are the service's own",
    "auth_group_permissions": "unused",
    "auth_permission": "names of permissions; unused",
    "account_emailaddress": "unused: sign-ins are made by managers",
    "account_emailconfirmation": "unused",
    "axes_accessattempt": "written while signing in, by nobody yet",
    "axes_accessattemptexpiration": "likewise",
    "axes_accessfailurelog": "likewise",
    "axes_accesslog": "likewise",
    "procrastinate_jobs": "the queue: ids alone",
    "procrastinate_events": "the queue",
    "procrastinate_periodic_defers": "the queue",
    "procrastinate_workers": "the queue",
    "procrastinate_version": "the queue",
}
"""Tables without row-level security, and why that is right."""
REFUSED = (
    "INSERT INTO log_logevent (block) VALUES (1)",
    "UPDATE log_logevent SET reason = 'x'",
    "DELETE FROM log_logevent",
    "TRUNCATE log_logevent",
    "DROP TRIGGER keep ON log_logevent",
    "ALTER TABLE log_logevent DISABLE TRIGGER ALL",
    "SET ROLE quasimarket_owner",
)
READS_ROWS = "SELECT count(*) FROM participation_participation"


@pytest.fixture
def app(built_guarded, worker_database):
    """Connect as the service's role, beside the world's own transaction."""
    with psycopg.connect(worker_database.app) as own:
        yield own
        own.rollback()


def as_scope(app, scope):
    app.execute("SELECT set_config('app.scope', %s, true)", [scope])


def test_every_table_is_under_forced_row_security_or_says_why_not(app):
    rows = app.execute(
        "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class "
        "WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
    ).fetchall()

    open_tables = {name for name, is_forced in rows if not is_forced}

    assert open_tables - FRAMEWORK.keys() == set()


def test_every_forced_table_has_a_policy_for_the_service(app):
    rows = app.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relrowsecurity "
        "AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid "
        "AND p.polname = 'scope')"
    ).fetchall()

    assert rows == []


def test_service_is_no_superuser_and_owns_nothing(app):
    (superuser, bypass, creates, owned) = app.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole OR rolcreatedb, (SELECT count(*) "
        "FROM pg_class WHERE relowner = r.oid) FROM pg_roles r "
        "WHERE rolname = current_user"
    ).fetchone()

    assert (superuser, bypass, creates, owned) == (False, False, False, 0)


def test_functions_with_the_owners_rights_pin_their_search_path(app):
    rows = app.execute(
        "SELECT proname FROM pg_proc WHERE prosecdef "
        "AND pronamespace = 'public'::regnamespace "
        "AND NOT coalesce(array_to_string(proconfig, ','), '') LIKE '%search_path=%'"
    ).fetchall()

    assert [name for (name,) in rows if not name.startswith("procrastinate_")] == []


@pytest.mark.parametrize("statement", REFUSED)
def test_log_is_closed_to_the_service(app, statement):
    as_scope(app, signed("system", 0))

    with pytest.raises(
        (psycopg.errors.InsufficientPrivilege, psycopg.errors.SyntaxError)
    ):
        app.execute(statement)


def read_with(scope):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.scope', %s, true)", [scope])
        cursor.execute(READS_ROWS)


FORGED = ["", "user|1|", "system|0|" + "0" * 64, "x"]


@pytest.mark.parametrize("scope", FORGED)
def test_without_a_sound_scope_nothing_is_read(guarded, scope):
    with pytest.raises(OperationalError, match="scope"):
        read_with(scope)


def test_without_a_scope_an_empty_table_takes_nothing(app):
    """What is read of it is nothing, without a fault: its policy is asked by rows."""
    statement = (
        "INSERT INTO people_organisation (id, name, kind, sector, identifier) "
        "VALUES ('x', 'x', 'prime', '', '')"
    )

    assert app.execute("SELECT count(*) FROM people_organisation").fetchone() == (0,)
    with pytest.raises(psycopg.errors.InvalidAuthorizationSpecification):
        app.execute(statement)


def test_signature_of_one_person_does_not_open_anothers_scope(guarded):
    own = signed("user", guarded.at("anchor/sub-manager").id)
    _, _, signature = own.split("|")
    forged = f"user|{guarded.at('prime/prime-manager').id}|{signature}"

    with pytest.raises(OperationalError, match="forged"):
        read_with(forged)


def test_scope_secret_is_read_by_nobody(app):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("SELECT secret FROM scope_secret")


def test_app_definer_flag_opens_nothing_for_the_service(guarded):
    with acting_as(guarded.at("compass/sub-manager")), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.definer', 'on', true)")
        cursor.execute(
            "SELECT count(*) FROM participation_participation WHERE contract_id = %s",
            [guarded.contract.pk],
        )
        assert cursor.fetchone() == (0,)


def test_scope_does_not_outlive_its_transaction(app):
    as_scope(app, signed("system", 0))
    app.execute("SELECT scope_role()")
    app.commit()

    with pytest.raises(psycopg.errors.InvalidAuthorizationSpecification):
        app.execute("SELECT scope_role()")


FOUR_EYES = {
    "payments_paymentrun": ("prepared_by", "approved_by"),
    "payments_bankdetails": ("requested_by", "approved_by"),
    "payments_recovery": ("requested_by", "decided_by"),
    "programme_terms": ("proposed_by", "agreed_by"),
    "fairness_materialbreach": ("declared_by", "confirmed_by"),
    "fairness_safeguardingcheck": ("done_by", "signed_by"),
    "fairness_doubt": ("raised_by", "decided_by"),
    "chain_shareproposal": ("proposed_by", "decided_by"),
    "chain_chainchange": ("asked_by", "decided_by"),
}


@pytest.mark.parametrize("table", FOUR_EYES)
def test_nobody_decides_what_they_asked_for(guarded, table):
    """T5: in the database, so by any door."""
    first, second = FOUR_EYES[table]
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone()[0] >= 1
        with (
            pytest.raises(
                IntegrityError, match=r"four_eyes|not rewritten|by one person"
            ),
            transaction.atomic(),
        ):
            cursor.execute(f"UPDATE {table} SET {second} = {first}")


MACHINES = sorted(
    {one.machine.name: one.machine for one in ACTS.values() if one.machine}.items()
)


@pytest.mark.parametrize(
    ("name", "machine"), MACHINES, ids=[one for one, _ in MACHINES]
)
def test_machine_is_enforced_in_the_database(guarded, name, machine):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass "
            "AND tgname = ANY (%s) AND tgenabled = 'O'",
            [
                machine.table,
                [f"begins_{machine.column}", f"legal_{machine.column}"],
            ],
        )
        assert len(cursor.fetchall()) == 2
        # the trigger's own condition lets through what is legal, and nothing else
        cursor.execute(
            "SELECT was, becomes FROM unnest(%s::text[]) was, unnest(%s::text[]) "
            f"becomes WHERE ({machine.may_become('was', 'becomes')}) IS TRUE "
            "AND was <> becomes",
            [[*machine.states, "?"], [*machine.states, "?", None]],
        )
        moves = {(was, becomes) for was, becomes in machine.pairs if was != becomes}
        assert set(cursor.fetchall()) == moves
        cursor.execute(
            "SELECT before, after FROM allowed_move "
            "WHERE machine = %s AND before <> ''",
            [name],
        )
        assert set(cursor.fetchall()) == set(machine.pairs)


def test_illegal_move_is_refused_by_the_database(guarded):
    case = guarded.things["case"].row
    with (
        acting_as(SYSTEM),
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="may not go from"),
        transaction.atomic(),
    ):
        cursor.execute(
            "UPDATE participation_participation SET state = 'referred' WHERE id = %s",
            [case.pk],
        )


def test_illegal_beginning_is_refused_by_the_database(guarded):
    case = guarded.things["case"].row
    with (
        acting_as(SYSTEM),
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="may not go from"),
        transaction.atomic(),
    ):
        cursor.execute(
            "INSERT INTO claims_claim (reference, participation_id, contract_id, "
            '"group", milestone, number, state, raised_on, raised_by, times_raised, '
            "off_benefit, employment, rejection, paid_in) SELECT 'x', id, contract_id, "
            "'2', 'sustainment', 99, 'paid', referred, 0, 1, '', '', '', '' "
            "FROM participation_participation WHERE id = %s",
            [case.pk],
        )


def test_a_legal_move_costs_no_call(guarded):
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SAVEPOINT moved")
        cursor.execute(
            "EXPLAIN (ANALYZE, FORMAT JSON) UPDATE participation_participation "
            "SET in_work = NOT in_work"
        )
        [plan] = cursor.fetchone()[0]
        cursor.execute("ROLLBACK TO SAVEPOINT moved")
    called = {one["Trigger Name"] for one in plan["Triggers"] if one["Calls"]}
    assert plan["Plan"]["Plans"][0]["Actual Rows"] > 0
    assert "legal_state" not in called


def test_role_belongs_to_the_kind_of_its_organisation(guarded):
    """A participant's sign-in is never an organisation's, nor the other way."""
    participant = guarded.at("participants/participant").id
    staff = guarded.at("anchor/sub-adviser").id
    wrong = (
        (
            "UPDATE people_user SET organisation_id = 'anchor' WHERE id = %s",
            participant,
        ),
        ("UPDATE people_user SET role = 'sub-adviser' WHERE id = %s", participant),
        ("UPDATE people_user SET role = 'participant' WHERE id = %s", staff),
        ("UPDATE people_user SET role = 'payment' WHERE id = %s", staff),
        (
            "UPDATE people_user SET organisation_id = 'participants' WHERE id = %s",
            staff,
        ),
    )
    for statement, key in wrong:
        with (
            acting_as(SYSTEM),
            connection.cursor() as cursor,
            pytest.raises(IntegrityError, match="organisation's kind"),
            transaction.atomic(),
        ):
            cursor.execute(statement, [key])


def test_kind_of_an_organisation_with_people_stays(guarded):
    with (
        acting_as(SYSTEM),
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="kind of an organisation"),
        transaction.atomic(),
    ):
        cursor.execute(
            "UPDATE people_organisation SET kind = 'prime' WHERE id = 'anchor'"
        )


KEEPERS_OF_KEYS = {"anchor/sub-manager"}


def test_keys_are_read_by_their_organisations_keepers_alone(guarded):
    """Their digests too: by nobody else, and by no key."""
    key = guarded.things["api-key"].row
    readers = {who: actor for who, actor in guarded.actors.items() if "#" not in who}

    found = set()
    for who, actor in readers.items():
        with acting_as(actor):
            if ApiKey.objects.filter(pk=key.pk).exists():
                found.add(who)

    assert found == KEEPERS_OF_KEYS
    with acting_as(Actor.of_key(key)):
        assert not ApiKey.objects.exists()
