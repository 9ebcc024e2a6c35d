"""Version 2 of the API, by stancer 2.0.0."""

import unittest
import uuid
from datetime import date, datetime, timezone

import requests
from stancer import Card, Config, Customer, Payment, PaymentIntent, Refund
from stancer.exceptions import ConflictError, NotFoundError, StancerHTTPClientError, UnauthorizedError
from stancer.status import AuthStatus, MethodAllowed, PaymentIntentStatus, PaymentStatus, ThreedsStatus

from shop import CAPTURED_AT_ONCE, GOOD, REFUSED, UNAUTHORISED, card, configure, word


def person() -> Customer:
    name = word(8)
    return Customer(name=f"Jane {name}", email=f"jane.{name}@example.com", mobile="+33639980102")


def paid(amount: int = 12_990, number: str = GOOD, **others) -> Payment:
    return Payment(amount=amount, currency="eur", card=card(number), **others).send()


class Customers(unittest.TestCase):
    def test_created_read_changed_deleted(self):
        customer = person()
        customer.date_birth = date(1990, 2, 28)
        customer.legal_id = "732829320"
        customer.send()
        self.assertTrue(customer.id.startswith("cust_"))
        read = Customer(customer.id)
        self.assertEqual((read.name, read.email, read.mobile), (customer.name, customer.email, customer.mobile))
        self.assertEqual((read.date_birth, read.legal_id, read.deleted), (date(1990, 2, 28), "732829320", False))
        read.email = f"{word(8)}@example.com"
        read.send()
        self.assertEqual(Customer(customer.id).email, read.email)
        uid = customer.id
        customer.delete()
        self.assertTrue(customer.deleted)
        with self.assertRaises(NotFoundError) as raised:
            Customer(uid).name
        self.assertEqual(raised.exception.message, f"Customer `{uid}` not found")

    def test_the_same_external_id(self):
        external = uuid.uuid4()
        first = person()
        first.external_id = external
        first.send()
        same = Customer(name=first.name, email=first.email, mobile=first.mobile, external_id=str(external))
        self.assertEqual(same.send().id, first.id)
        other = person()
        other.external_id = external
        with self.assertRaises(ConflictError) as raised:
            other.send()
        self.assertIn(first.id, raised.exception.message)


class Cards(unittest.TestCase):
    def test_created_read_changed_deleted(self):
        made = card(zip_code="75001", external_id=str(uuid.uuid4())).send()
        read = Card(made.id)
        self.assertEqual((read.last4, read.brandname, read.zip_code), ("4242", "VISA", "75001"))
        self.assertIsInstance(read.created, datetime)
        read.zip_code = "69001"
        read.exp_year = 2091
        read.send()
        self.assertEqual((Card(made.id).zip_code, Card(made.id).exp_year), ("69001", 2091))
        uid = made.id
        made.delete()
        with self.assertRaises(NotFoundError) as raised:
            Card(uid).name
        self.assertEqual(raised.exception.message, f"Card `{uid}` not found")

    def test_the_same_card_again_is_accepted(self):
        card().send()
        self.assertTrue(card().send().id.startswith("card_"))


class Intents(unittest.TestCase):
    def test_created_and_read(self):
        intent = PaymentIntent(amount=12_990, currency="eur", description="Two books", order_id=f"order-{word()}")
        intent.methods_allowed = [MethodAllowed.CARD]
        intent.return_url = "https://shop.example/back"
        intent.customer = person()
        intent.send()
        self.assertTrue(intent.id.startswith("pi_"))
        self.assertEqual(intent.status, PaymentIntentStatus.REQUIRE_PAYMENT_METHOD)
        read = PaymentIntent(intent.id)
        self.assertEqual((read.amount, read.currency, read.description), (12_990, "eur", "Two books"))
        self.assertEqual((read.methods_allowed, read.threeds), (["card"], ThreedsStatus.REQUIRED))
        self.assertEqual((read.capture, read.customer.id), (True, intent.customer.id))
        self.assertEqual(list(read.get_payment_list()), [])

    def test_another_program_s_metadata(self):
        # The client's own setter never sends it.
        config = Config()
        address = f"https://{config.host}:{config.port}/v2/payment_intents"
        made = requests.post(address, json={"amount": 500, "metadata": {"basket": [1, "two"]}}, auth=(config.secret_key, ""), timeout=30)
        self.assertEqual(PaymentIntent(made.json()["id"]).metadata, {"basket": [1, "two"]})

    def test_its_url_is_the_page_where_it_is_paid(self):
        intent = PaymentIntent(amount=12_990, currency="eur", description="Two books").send()
        self.assertTrue(intent.url.endswith(f"/test_{intent.id}"))
        page = requests.get(intent.url, headers={"Accept-Language": "en"}, timeout=30)
        self.assertEqual(page.status_code, 200)
        self.assertIn("129.90", page.text)

    def test_changed(self):
        intent = PaymentIntent(amount=500, currency="eur").send()
        intent.amount = 600
        intent.description = "Three books"
        intent.card = card()
        intent.send()
        self.assertTrue(intent.card.id.startswith("card_"))
        read = PaymentIntent(intent.id)
        self.assertEqual((read.amount, read.description, read.card.id), (600, "Three books", intent.card.id))

    def test_listed_page_by_page_newest_first(self):
        order = f"order-{word()}"
        made = [PaymentIntent(amount=500 + number, currency="eur", order_id=order).send().id for number in range(5)]
        newest_first = [intent.id for intent in PaymentIntent.list(order_id=order, limit=2)]
        self.assertEqual(newest_first, made[::-1])
        self.assertEqual([intent.id for intent in PaymentIntent.list(order_id=order, order="asc")], made)
        self.assertEqual(list(PaymentIntent.list(order_id=word())), [])

    def test_captured_by_hand(self):
        payment = paid(capture=False)
        self.assertEqual(payment.status, PaymentStatus.AUTHORIZED)
        intent = PaymentIntent(vars(payment)["payment_intent"])
        self.assertEqual(intent.status, PaymentIntentStatus.AUTHORIZED)
        intent.send_capture()
        self.assertEqual(intent.status, PaymentIntentStatus.CAPTURED)
        self.assertEqual([attempt.id for attempt in intent.get_payment_list(limit=1)], [payment.id])
        with self.assertRaises(ConflictError):
            PaymentIntent(PaymentIntent(amount=500, currency="eur").send().id).send_capture()


class Payments(unittest.TestCase):
    def test_card_and_customer_are_sent_first(self):
        customer = person()
        payment = paid(description="Two books", customer=customer)
        self.assertTrue(customer.id.startswith("cust_"))
        self.assertEqual((payment.status, payment.response, payment.method), (PaymentStatus.TO_CAPTURE, "00", "card"))
        read = Payment(payment.id)
        self.assertEqual((read.amount, read.description, read.customer.email), (12_990, "Two books", customer.email))
        self.assertLess(abs((datetime.now(timezone.utc) - read.created).total_seconds()), 3600)
        read.description = "Three books"
        read.send()
        self.assertEqual(Payment(payment.id).description, "Three books")

    def test_a_card_authorises_what_waited_for_one(self):
        payment = Payment(amount=500, currency="eur", capture=False).send()
        self.assertIsNone(payment.status)
        payment.card = card()
        payment.send()
        self.assertEqual(payment.status, PaymentStatus.AUTHORIZED)

    def test_listed_and_unique(self):
        order, unique = f"order-{word()}", uuid.uuid4()
        made = [paid(order_id=order, unique_id=unique).id, paid(order_id=order).id]
        self.assertEqual([payment.id for payment in Payment.list(order_id=order, limit=1)], made[::-1])
        with self.assertRaises(ConflictError) as raised:
            paid(unique_id=unique)
        self.assertEqual(raised.exception.message, f"Payment already exists, duplicate unique_id ({made[0]})")

    def test_authentication_is_asked_for(self):
        payment = Payment(amount=500, currency="eur", return_url="https://shop.example/back")
        payment.auth = True
        payment.send()
        self.assertIsNone(payment.status)
        self.assertEqual(payment.auth.status, AuthStatus.REQUESTED)
        self.assertEqual(requests.get(payment.payment_page_url(), timeout=30).status_code, 200)

    def test_a_refused_card_is_no_exception(self):
        payment = paid(number=REFUSED)
        self.assertEqual(payment.status, "refused")
        self.assertTrue(payment.is_error)

    def test_given_back(self):
        payment = paid()
        with self.assertRaises(ConflictError) as raised:
            payment.refund(100)
        self.assertEqual(raised.exception.message, "Payment cannot be partially refunded before it has been captured")
        payment.refund()
        self.assertEqual(payment.status, PaymentStatus.CANCELED)
        captured = paid(amount=1_000, number=CAPTURED_AT_ONCE)
        refund = captured.refund(300)
        self.assertEqual((refund.amount, refund.status, Refund(refund.id).payment.id), (300, "to_refund", captured.id))
        self.assertEqual(captured.refund().amount, 700)


class Refusals(unittest.TestCase):
    def test_unknown_ids_are_named(self):
        for kind, noun, field in ((Payment, "Payment", "amount"), (PaymentIntent, "Payment intent", "amount"), (Card, "Card", "name"), (Customer, "Customer", "name")):
            given = word(29)
            with self.subTest(noun), self.assertRaises(NotFoundError) as raised:
                getattr(kind(given), field)
            self.assertEqual((raised.exception.message, raised.exception.type), (f"{noun} `{given}` not found", "invalid_request_error"))

    def test_a_wrong_key(self):
        config = Config()
        right = config.secret_key
        config.keys = "stest_" + "0" * 24
        try:
            with self.assertRaises(UnauthorizedError) as raised:
                PaymentIntent(amount=500, currency="eur").send()
        finally:
            config.keys = right
        self.assertEqual(raised.exception.message, UNAUTHORISED)

    def test_inputs_are_named(self):
        with self.assertRaises(StancerHTTPClientError) as raised:
            card(exp_year=2020).send()
        self.assertEqual(raised.exception.status_code, 422)
        self.assertEqual(raised.exception.response.json()["detail"][0]["loc"], ["body", "exp_year"])


if __name__ == "__main__":
    from shop import run

    configure(2)
    run()
