"""What a person sees: the frame, the parts of a page, the page of an act, help.

A view of a room makes its parts and shows them with a template of its own:

    table = Table(
        caption=_("Claims"),
        columns=[
            Column(heading=_("Claim"), cell=lambda one: one.reference, link=address),
            Column(heading=_("State"), cell=lambda one: state_tag(one.state)),
            Column(heading=_("Amount"), cell=lambda one: one.pence, money=True),
        ],
        rows=page_of_claims,
        export_url="?format=csv",
        next_url=f"?after={last}",
    )
    if wants_csv(request):
        return csv_response("claims", table.columns, all_claims)
    return show(request, "claims/claims.html", title=_("Claims"), table=table)

Most lists and things need none: `things` has a page for each.
The template extends `pages/base.html`, loads the tags `pages`, writes `{{ table }}`.
A link to an act is `{% url "pages:act-on" "acknowledge-referral" reference %}`; the
act's page then makes itself. A room's `navigation.py` puts its links in the frame
(`navigation.place`) and says what waits for the reader (`navigation.waits`).
"""
