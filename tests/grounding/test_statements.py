"""What one sentence bears out and what it does not, rule by rule: a wrong statement, and the honest one nearest to it."""

from collections.abc import Callable

import pytest

from bot.grounding import ClaimKind
from bot.grounding.foreign import is_foreign
from tests.grounding.conftest import Verify

Page = Callable[..., Verify]


def tell_apart(about: Verify, wrong: str, honest: str) -> None:
    """Of two claims about one sentence the wrong one is not posted as it stands, and the honest one is."""
    stopped, passed = about(wrong), about(honest)

    assert stopped is None or stopped.kind is ClaimKind.QUOTE
    assert passed is not None
    assert passed.kind is ClaimKind.STATEMENT


CONDITION = "If the harbour master agrees, the ferry leaves at noon from the northern quay."
PARTS = "The bridge in Hull is seemingly part of a plan for the coast, as part of a larger scheme."
LIMITS = "The town set a limit of 150 tons for barges, while ferries may reach a weight of 264 tons."
TREATIES = "The first treaty was signed in Hull on 10 February 1763 and the second was signed in Ribe on 15 February 1763."
CREW = "The Hull crew has won the northern race, which Hull pays for."
COMPANIES = "Sund has long paid for the work of Sund Marine, and Sund Marine has dredged four harbours."
OFFICERS = "The fort was held by Colonel Anders Lund, and General Peder Holm came too late."
HEADS = "Ida Moe is chair of Sund Marine and treasurer of Ribe Bank."
LARGEST = "It is the largest dry dock in the United Isles, and one of the largest in the world."
RULE = "Peder Holm ruled for two years, from 1321 to 1323."
REPORT = "The inspector Ida Moe praised the report on the harbour."
AROUND = "Hull was founded around 1820 by farmers from Ribe."
QUAYS = "The northern quay lies approximately 3 miles from Hull and the southern quay lies 3 miles from Ribe."
PROFIT = "Ribe earned ten percent more tolls than Hull."
DECIDED = "The council decided to send a ship to the island."
RATES = "Overtime is paid at 125% on weekdays and 150% on Sundays."
TEA = "Tea is served at ten and coffee at three."
TICKETS = "The museum sold 41,000 tickets in June and 37,500 in July."
SHOP = "The shop opens at nine unless it rains."
PENSION = "The company pays half of the contribution for workers."
AID = "Without aid, the company would have closed in April."
DOGS = "Dogs are not allowed in the galleries."
SOLD = "The founder sold the mill to the niece in 1998."
ROOF = "The roof was repaired after the storm."
REFUND = "Refunds are paid within ten working days."
TRAIN = "Workers may book first class if it takes longer than four hours."
REPORTED = "According to Ida Moe, sales in Ribe could double by 2025."
FELL = "Visitor numbers fell by 8% in 2020 and grew by 12% in 2021."
NOTE = "“It may sink,” said Ida Moe, an analyst at Sund Bank, in a note to the mayor and to Per Holm."
SUED = "The firm may sue the former mayor Ida Moe."
GIVEN = "The trader Ida Moe gave the museum a map, and her brother gave it a globe."
GATES = "The northern gate closes at eight and the southern gate at noon."
CRANES = "The new cranes lift more stone than the old ones but use less coal."
LOANS = "The yard owns 300 barges, of which 45 are on loan to other yards."
CALLED = "The pilot Per Holm called the harbour plan reckless, and asked the council to stop it."
SMOKING = "Smoking is forbidden in the hold but allowed elsewhere."
ISLET = "The islet lies north of the harbour and south of the reef."
MAST = "The mast was mended after the storm and before the race began."
WROTE = "Ida Moe wrote the guide before Per Holm drew the chart."
CREWS = "Deck crews receive 28 days of leave; shore crews receive a share in proportion to their shifts."
LIMIT = "Pilots can approve repairs of up to 2,000 marks."
GRADES = "Sund pays half of the fee for workers in grades B and C."
TOLL = "Sailors pay half toll on Sundays."
PROMISE = "Per Holm told Ida Moe that he would not return."
WRECK = "The wreck was found near Ribe in 1887."
HELMETS = "Guests must wear helmets in the dock, but not in the office."
SEATS = "Sund took 16 seats from Ribe, with many of its leaders not returned to the council, although Ida Moe kept hers by 151 votes."
HOURS = "Opening hours: 9 am to 5 pm"
BOOKINGS = "Bookings for more than two weeks must be confirmed by the harbour master."
DESK = "The desk is open by letter every day from 8 a.m. to 10 p.m. and by telephone on weekdays from 9 a.m. to 5 p.m."
FATHER = "When she was eleven, her father died off the reef, and the family moved in with her mother's sister in Ribe."
COVER = "Boats and oars are covered by a three-year warranty, batteries and straps by a six-month one."
KEPT = "The log is kept in Ribe and burnt after two years."
WIDOW = "It was not until 1894, three years after the death of Holm, that his widow admitted the mistake in a letter to the council."
DISPUTED = "The pilot Ida Moe disputed the account of Per Holm, saying that the quay had been tested twice."
SEVERAL = "Anders Holm printed several of Moe's charts."
SAID = "The ferry will sail in spring, Ida Moe said."
ABLE = "The pilots of Ribe are able to vote on the dues of the port – while the pilots of Hull are unable to vote on them."
TURN = "The guild elects a warden on the first Tuesday in May, a day that every pilot in Ribe has off."
ELEMENT = "The duty to warn, which has its roots in old custom, is also a central element of the law of the harbour."
GUILD = "The charter of 1650 that created the Ribe Corporation was granted to the pilots by the old council."
STORES = "Stores for the great attack on Ribe were kept in Sund Hall."
SIEGE = "After the long siege (which was followed by a famine that nobody had foreseen), the old council of Ribe fell."
GUEST = "Ida Moe, an official in the office of the warden, called for a new guild focused on the peaceful use of the “northern toll” aimed at trade."
SHOPS = "The Ribe School and many of the shops of the port, including Sund Hall, are located on a 358-acre plot opposite the dock in Hull."
TOOK = "In 1066, the Red Guild started and grew into a power in the north."
WARNED = "In 1066, the Red Guild warned that the pilots of Ribe had left the port."
FLEET = "In 1979, the guild sent its fleet to Ribe, trying to stop the toll."
NAMED = "When Per Moe left the guild in Hull, the warden praised May Holm in 2019, and Hope Lund retired in 2015 after the council sued Ribe Bank."
MONTH = "Tolls are paid in May if the pilots had a loss in June."
SENT = "Requests must be sent to the head of the dock at least ten days before the trip, and bills to the head of the mill within 25 days after it."
OPEN = "The dock is open on Mondays from 8 to 17, the mill only on Fridays."
SHARES = "About 10 percent of new pilots and nearly 15 percent of sailors use the old pier."
MEALS = "Sailors receive 3 free meals a week, pilots receive 40."
PAY = "Captains need not pay for the berth, but new pilots pay 25 marks."
LOT = "Sund bought two ferries, the Ribe and the Hull, from the trader Ida Moe for 46 million pounds."
EXCEPT = "All sailors except pilots must attend ten hours of training within 45 days."
FEWER = "The number of ferries sold in Ribe fell from 450 in 2018 to 45 in 2021."
OFFERED = "Sund bought the mill from Karl Berg for 15 million marks, after Per Holm had offered 40 million."
RULES = "If a toll falls on imports (or on exports under rule 35) then it must be justified under rule 36."
EXEMPT = "Pilots have various rights, such as being exempt from town tolls (but not port tolls), and having a berth of their own."


@pytest.mark.parametrize(
    ("sentence", "wrong", "honest"),
    [
        (CONDITION, "The ferry leaves at noon from the northern quay.", "The ferry leaves at noon if the harbour master agrees."),
        (PARTS, "The bridge in Hull is part of a plan for the coast.", "The bridge in Hull is seemingly part of a plan for the coast."),
        (LIMITS, "The town set a limit of 264 tons for barges.", "The town set a limit of 150 tons for barges."),
        (TREATIES, "The first treaty was signed in Hull on 15 February 1763.", "The first treaty was signed in Hull on 10 February 1763."),
        (CREW, "Hull has won the northern race.", "The Hull crew has won the northern race."),
        (COMPANIES, "Sund has dredged four harbours.", "Sund Marine has dredged four harbours."),
        (COMPANIES, "Sund Marine has long paid for the work.", "Sund has long paid for the work of Sund Marine."),
        (OFFICERS, "The fort was held by General Anders Lund.", "The fort was held by Colonel Anders Lund."),
        (HEADS, "Ida Moe is treasurer of Sund Marine.", "Ida Moe is chair of Sund Marine."),
        (LARGEST, "It is the largest dry dock, and one of the largest in the world.", "It is the largest dry dock in the United Isles."),
        (RULE, "Peder Holm ruled for two years, from 1323 to 1321.", "Peder Holm ruled for two years, from 1321 to 1323."),
        (REPORT, "The inspector Ida Moe was praised by the report.", "The report was praised by the inspector Ida Moe."),
        (AROUND, "Hull was founded in 1820.", "Hull was founded around 1820."),
        (
            QUAYS,
            "The northern quay lies 3 miles from Hull and the southern quay lies 3 miles from Ribe.",
            "The northern quay lies approximately 3 miles from Hull and the southern quay lies 3 miles from Ribe.",
        ),
        (PROFIT, "Ribe earned ten percent of the tolls in Hull.", "Ribe earned ten percent more tolls than Hull."),
        (DECIDED, "The council sent a ship to the island.", "The council decided to send a ship to the island."),
        (SAID, "The ferry will sail in spring, the council said.", "The ferry will sail in spring, Ida Moe said."),
        (
            ABLE,
            "The pilots of Ribe voted on the dues of the port – while the pilots of Hull are unable to vote on them.",
            "The pilots of Ribe are able to vote on the dues of the port – while those of Hull are unable to vote on them.",
        ),
        (
            TURN,
            "The guild elects a warden on the first Tuesday, a day that every pilot in Ribe has off.",
            "The guild elects a warden on the first Tuesday in May.",
        ),
        (ELEMENT, ELEMENT.replace("a central", "the central"), "The duty to warn is also a central element of the law of the harbour."),
        (GUILD, GUILD.replace(" Corporation", ""), "The charter that created the Ribe Corporation was granted to the pilots."),
        (
            STORES,
            "Stores for the great attack on Sund Hall were kept in Ribe.",
            "Stores for the attack on Ribe were kept in Sund Hall.",
        ),
        (RULES, RULES.replace("36", "3").replace("35", "36").replace("3.", "35."), RULES.rstrip(".")),
        (EXEMPT, "Pilots are exempt from port tolls.", EXEMPT),
        (SIEGE, "After the old council of Ribe, the long siege fell.", "After the long siege, the old council of Ribe fell."),
        (GUEST, "Ida Moe was aimed at trade.", GUEST.replace(", an official in the office of the warden,", "")),
        (SHOPS, "Sund Hall and many of the shops are located in Hull.", SHOPS.replace(", including Sund Hall,", "")),
        (TOOK, "The Red Guild started in the north.", "The Red Guild started and grew into a power in the north in 1066."),
        (WARNED, "The Red Guild warned that the pilots of Ribe had left the port in 1066.", WARNED.rstrip(".")),
        (FLEET, "In 1979, the guild stopped the toll.", "In 1979, the guild sent its fleet to Ribe."),
        (SIEGE, "The famine fell.", "The old council of Ribe fell after the long siege."),
        (NAMED, "Per Moe left the guild in 2019.", "The warden praised May Holm in 2019."),
        (NAMED, "Hope Lund sued Ribe Bank.", "Hope Lund retired in 2015 after the council sued Ribe Bank."),
        (MONTH, "Tolls are paid if the pilots had a loss in May.", "Tolls are paid in May if the pilots had a loss in June."),
        (MONTH, "Tolls may be paid if the pilots had a loss in June.", "If the pilots had a loss in June, tolls are paid in May."),
        (
            SENT,
            "Requests must be sent to the head of the mill.",
            "Bills must be sent to the head of the mill.",
        ),
        (SENT, "Bills must be sent at least ten days before the trip.", "Requests must be sent at least ten days before the trip."),
        (OPEN, "The dock is open only on Fridays.", "The mill is open only on Fridays."),
        (SHARES, "Nearly 15 percent of new pilots use the old pier.", "Nearly 15 percent of sailors use the old pier."),
        (SHARES, "About 10 percent of pilots use the old pier.", "About 10 percent of new pilots use the old pier."),
        (MEALS, "Pilots receive 3 free meals a week.", "Sailors receive 3 free meals a week."),
        (MEALS, "Sailors and pilots receive 3 free meals a week.", "Sailors receive 3 free meals a week."),
        (PAY, "Captains pay 25 marks.", "New pilots pay 25 marks."),
        (LOT, "Sund bought the Ribe for 46 million pounds.", "Sund bought the Ribe from the trader Ida Moe."),
        (
            EXCEPT,
            "Pilots must attend ten hours of training within 45 days.",
            "Except pilots, all sailors must attend ten hours of training within 45 days.",
        ),
        (FEWER, "450 ferries were sold in Ribe in 2021.", "The number of ferries sold in Ribe fell to 45 in 2021."),
        (FEWER, "The number of ferries fell to 450.", "Between 2018 and 2021, the number of ferries sold in Ribe fell from 450 to 45."),
        (OFFERED, "Sund bought the mill from Per Holm.", "Sund bought the mill from Karl Berg."),
        (RATES, "Overtime is paid at 150% on weekdays.", "Overtime is paid at 150% on Sundays."),
        (RATES, "Overtime is paid at 125%.", "Overtime is paid at 125% on weekdays."),
        (TEA, "Tea is served at three.", "Coffee is served at three."),
        (TEA, "Tea and coffee are served at ten.", "Tea is served at ten."),
        (TICKETS, "The museum sold 41,000 tickets in June and July.", "The museum sold 37,500 tickets in July."),
        (SHOP, "The shop opens at nine if it rains.", "The shop opens at nine unless it rains."),
        (SHOP, "The shop opens at nine.", "Unless it rains, the shop opens at nine."),
        (PENSION, "The company pays the contribution for workers.", "The company pays half of the contribution for workers."),
        (AID, "The company would have closed in April.", "Without aid, the company would have closed in April."),
        (DOGS, "Dogs are not allowed.", "Dogs are not allowed in the galleries."),
        (SOLD, "The founder sold the niece in 1998.", "The founder sold the mill in 1998."),
        (ROOF, "The storm repaired the roof.", "The roof was repaired after the storm."),
        (REFUND, "Refunds are paid within ten days.", "Refunds are paid within ten working days."),
        (TRAIN, "Workers may book first class if it takes four hours.", "Workers may book first class if it takes longer than four hours."),
        (REPORTED, "Sales in Ribe could double by 2025.", "According to Ida Moe, sales in Ribe could double by 2025."),
        (FELL, "Visitor numbers fell by 8% in 2020 and 2021.", "Visitor numbers fell by 8% in 2020."),
        (GIVEN, "Ida Moe gave the museum a globe.", "Ida Moe gave a map to the museum."),
        (GIVEN, "Ida Moe’s brother gave the museum a map.", "Ida Moe gave the museum a map."),
        (GATES, "The gate closes at eight.", "The northern gate closes at eight."),
        (CRANES, "The old cranes use less coal.", "The new cranes use less coal."),
        (LOANS, "Other yards own 300 barges.", "The yard owns 300 barges."),
        (CALLED, "The harbour plan is reckless.", "The pilot Per Holm called the harbour plan reckless."),
        (SMOKING, "Smoking is forbidden elsewhere.", "Smoking is forbidden in the hold."),
        (SMOKING, "Smoking is allowed.", "Smoking is allowed elsewhere."),
        (ISLET, "The islet lies north of the reef.", "The islet lies north of the harbour."),
        (MAST, "The mast was mended after the race began.", "The mast was mended before the race began."),
        (WROTE, "Per Holm drew the chart before Ida Moe wrote the guide.", "Ida Moe wrote the guide before Per Holm drew the chart."),
        (CREWS, "Crews receive 28 days of leave.", "Deck crews receive 28 days of leave."),
        (
            CREWS,
            "Deck crews receive 28 days of leave in proportion to their shifts.",
            "Shore crews receive a share in proportion to their shifts.",
        ),
        (LIMIT, "Pilots can approve repairs.", "Pilots can approve repairs of up to 2,000 marks."),
        (GRADES, "Sund pays half of the fee for workers in grade D.", "Sund pays half of the fee for workers in grade B."),
        (TOLL, "Sailors pay the toll on Sundays.", "Sailors pay half toll on Sundays."),
        (PROMISE, "Per Holm told Ida Moe that she would not return.", "Per Holm told Ida Moe that he would not return."),
        (AID, "Without aid, the company will close in April.", "Without aid, the company would have closed in April."),
        (HELMETS, "Guests must wear helmets in the office.", "Guests must wear helmets in the dock."),
        (HELMETS, "Guests must wear helmets.", "In the dock, guests must wear helmets."),
        (SEATS, "Sund took no seats from Ribe.", "Sund took 16 seats from Ribe."),
        (HOURS, "The opening hours are 5 am to 9 am.", "The opening hours are 9 am to 5 pm."),
        (
            BOOKINGS,
            "Bookings must be confirmed by the harbour master.",
            "Bookings for more than two weeks must be confirmed by the harbour master.",
        ),
        (
            DESK,
            "The desk is open by telephone every day from 8 am to 10 pm.",
            "The desk is open by telephone on weekdays from 9 am to 5 pm.",
        ),
        (FATHER, "Her father died in Ribe when she was eleven.", "Her father died off the reef when she was eleven."),
        (FATHER, "The family moved in with her father's sister in Ribe.", "The family moved in with her mother's sister in Ribe."),
        (COVER, "Batteries and straps are covered by a three-year warranty.", "Batteries and straps are covered by a six-month warranty."),
        (KEPT, "The log is kept after two years.", "The log is kept in Ribe."),
        (KEPT, "The log is kept in Ribe after two years.", "The log is burnt after two years."),
        (WIDOW, "Holm admitted the mistake in a letter to the council.", "His widow admitted the mistake in a letter to the council."),
        (DISPUTED, "Per Holm said that the quay had been tested twice.", "The pilot Ida Moe said that the quay had been tested twice."),
        (SEVERAL, "Anders Holm printed all of Moe's charts.", "Several of Moe's charts were printed by Anders Holm."),
        (COMPANIES, "Sund has long paid for the work of Sund.", "Sund has long paid for the work of Sund Marine."),
        (WRECK, "The wreck was found in Ribe in 1887.", "The wreck was found near Ribe in 1887."),
        (NOTE, "Ida Moe is the mayor.", "Ida Moe is an analyst at Sund Bank."),
        (NOTE, "Per Holm is an analyst at Sund Bank.", "Ida Moe is an analyst at Sund Bank."),
        (SUED, "Ida Moe is the mayor.", "Ida Moe is the former mayor."),
        (SOLD, "The founder sells the mill to the niece.", "The founder sold the mill to the niece."),
    ],
)
def test_a_wrong_statement_is_stopped_and_the_honest_one_beside_it_is_not(page: Page, sentence: str, wrong: str, honest: str) -> None:
    tell_apart(page(sentence), wrong, honest)


GERMAN = "Anna Schmidt leitet den Vertrieb und Peter Braun leitet die Entwicklung, wenn der Vorstand nicht anders entscheidet."
CHINESE = "张伟是财务部经理，李娜是人事部经理。"
LEAVE = "员工每年有15天年假，实习生除外。"


@pytest.mark.parametrize(
    ("sentence", "wrong", "honest"),
    [
        (GERMAN, "Anna Schmidt leitet die Entwicklung.", GERMAN),
        (GERMAN, "Anna Schmidt leitet den Vertrieb.", GERMAN.rstrip(".")),
        (CHINESE, "李娜是财务部经理。", "张伟是财务部经理。"),
        (CHINESE, "张伟是人事部经理。", CHINESE),
        (LEAVE, "员工每年有15天年假。", LEAVE),
    ],
)
def test_what_no_rule_can_read_is_said_in_the_words_of_its_source_or_quoted(page: Page, sentence: str, wrong: str, honest: str) -> None:
    tell_apart(page(sentence), wrong, honest)


@pytest.mark.parametrize(
    ("text", "is_other"),
    [
        ("Der Hafen ist nicht für Fähren.", True),
        ("Der Hafen öffnet nicht am Sonntag.", True),
        ("Le port n'est pas ouvert aux navires de la ville.", True),
        ("港口在春天开放。", True),
        ("Порт открыт весной.", True),
        ("The Chevalier de Lévis led the men of the Rue de la Paix.", False),
        ("As a rule, do no more.", False),
        ("Parental leave: 90 days", False),
        ("RMB 230 billion", False),
    ],
)
def test_a_language_is_told_by_letters_and_small_words(text: str, is_other: bool) -> None:
    assert is_foreign(text, text) is is_other
