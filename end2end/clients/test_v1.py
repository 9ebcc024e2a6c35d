"""Version 1 of the API, by stancer 1.0.0 and 2.0.0."""

import unittest
import uuid
from datetime import datetime, timezone

import requests
from stancer import Auth, Card, Config, Customer, Device, Payment, Refund
from stancer.exceptions import ConflictError, InvalidAmountError, NotFoundError, StancerHTTPError, UnauthorizedError
from stancer.status import AuthStatus, PaymentStatus

from shop import CAPTURED_AT_ONCE, CHALLENGED, GOOD, REFUSED, UNAUTHORISED, UNUSED, card, configure, word


def person() -> Customer:
    name = word(8)
    return Customer(name=f"Jane {name}", email=f"jane.{name}@example.com", mobile="+33639980102")


def paid(amount: int = 12_990, number: str = GOOD, **others) -> Payment:
    payment = Payment(amount=amount, currency="eur", card=card(number), **others)
    return payment.send()


class Customers(unittest.TestCase):
    def test_created_read_changed_deleted(self):
        customer = person().send()
        self.assertTrue(customer.id.startswith("cust_"))
        self.assertIs(customer.live_mode, False)
        age = datetime.now(timezone.utc) - customer.created
        self.assertLess(abs(age.total_seconds()), 3600)
        read = Customer(customer.id)
        self.assertEqual((read.name, read.email, read.mobile), (customer.name, customer.email, customer.mobile))
        read.name = "John Doe"
        read.send()
        self.assertEqual(Customer(customer.id).name, "John Doe")
        self.assertEqual(Customer(customer.id).email, customer.email)
        uid = customer.id
        customer.delete()
        self.assertIsNone(customer.id)
        with self.assertRaises(NotFoundError) as raised:
            Customer(uid).name
        self.assertEqual(raised.exception.message, f"No such customer {uid}")

    def test_the_same_data_is_a_conflict_that_names_the_first(self):
        customer = person().send()
        again = Customer(name=customer.name, email=customer.email, mobile=customer.mobile)
        with self.assertRaises(ConflictError) as raised:
            again.send()
        self.assertIn(customer.id, raised.exception.message)
        self.assertIn("Customer already exists", raised.exception.message)

    def test_an_external_id_may_stand_on_other_data(self):
        external = uuid.uuid4()
        first, second = person(), person()
        first.external_id = external
        second.external_id = external
        self.assertNotEqual(first.send().id, second.send().id)
        self.assertEqual(Customer(second.id).external_id, str(external))


class Cards(unittest.TestCase):
    def test_created_read_changed_deleted(self):
        number = UNUSED[0]
        made = card(number, name="Jane Doe").send()
        self.assertTrue(made.id.startswith("card_"))
        read = Card(made.id)
        self.assertEqual((read.last4, read.exp_month, read.exp_year, read.name), (number[-4:], 12, 2040, "Jane Doe"))
        self.assertEqual((read.brand, read.brandname), ("visa", "VISA"))
        self.assertIsNone(read.cvc)
        self.assertIsNone(read.number)
        read.name = "Jane Somebody"
        read.send()
        self.assertEqual(Card(made.id).name, "Jane Somebody")
        uid = made.id
        made.delete()
        with self.assertRaises(NotFoundError) as raised:
            Card(uid).name
        self.assertEqual(raised.exception.message, f"No such card {uid}")

    def test_the_same_card_is_a_conflict(self):
        first = card(UNUSED[1]).send()
        with self.assertRaises(ConflictError) as raised:
            card(UNUSED[1]).send()
        self.assertIn(first.id, raised.exception.message)


class Payments(unittest.TestCase):
    def test_card_and_customer_come_along(self):
        customer = person()
        payment = paid(description="Two books", customer=customer, order_id=f"order-{word()}")
        self.assertTrue(payment.id.startswith("paym_"))
        self.assertEqual(payment.status, PaymentStatus.TO_CAPTURE)
        self.assertEqual((payment.response, payment.response_message, payment.method), ("00", "OK", "card"))
        self.assertTrue(payment.is_success)
        self.assertTrue(payment.card.id.startswith("card_"))
        self.assertEqual(customer.id, payment.customer.id)
        read = Payment(payment.id)
        self.assertEqual((read.amount, read.currency, read.description), (12_990, "eur", "Two books"))
        self.assertEqual((read.card.id, read.customer.email), (payment.card.id, customer.email))
        read.description = "Three books"
        read.send()
        self.assertEqual(Payment(payment.id).description, "Three books")

    def test_listed_page_by_page_oldest_first(self):
        order = word(36)
        made = [paid(amount=100 + number, order_id=order).id for number in range(5)]
        listed = list(Payment.list(order_id=order, limit=2))
        self.assertEqual([payment.id for payment in listed], made)
        self.assertEqual([payment.amount for payment in listed], [100, 101, 102, 103, 104])
        self.assertEqual(len(list(Payment.list(order_id=order, start=3))), 2)
        self.assertEqual(list(Payment.list(order_id=word(36))), [])
        self.assertEqual(len(list(Payment.list(order_id=order, created=1_600_000_000))), 5)

    def test_a_unique_id_is_unique(self):
        unique = uuid.uuid4()
        payment = paid(unique_id=unique)
        self.assertEqual([found.id for found in Payment.list(unique_id=str(unique))], [payment.id])
        with self.assertRaises(ConflictError) as raised:
            paid(unique_id=unique)
        self.assertEqual(raised.exception.message, f"Payment already exists, duplicate unique_id ({payment.id})")
        self.assertEqual((raised.exception.status_code, raised.exception.reason), (409, "Conflict"))

    def test_authorised_then_captured_by_status(self):
        payment = Payment(amount=500, currency="eur").send()
        self.assertIsNone(payment.method)
        self.assertIsNone(payment.status)
        payment.card = card()
        payment.send()
        self.assertEqual(payment.method, "card")
        self.assertIsNone(payment.status)
        payment.status = PaymentStatus.AUTHORIZE
        payment.send()
        self.assertEqual(payment.status, PaymentStatus.AUTHORIZED)
        payment.status = PaymentStatus.CAPTURE
        payment.send()
        self.assertEqual(payment.status, PaymentStatus.TO_CAPTURE)

    def test_authorised_only(self):
        payment = paid(capture=False)
        self.assertEqual(payment.status, PaymentStatus.AUTHORIZED)
        self.assertTrue(payment.is_success)

    def test_a_refused_card_is_no_exception(self):
        payment = paid(number=REFUSED)
        self.assertEqual(payment.status, "refused")
        self.assertTrue(payment.is_error)

    def test_authentication_has_a_page_at_the_bank(self):
        back = f"https://shop.example/?{word()}"
        payment = Payment(amount=500, currency="eur", card=card(CHALLENGED), auth=Auth(return_url=back), device=Device(ip="203.0.113.7", port=4321))
        payment.send()
        self.assertIsNone(payment.status)
        self.assertEqual((payment.auth.status, payment.auth.return_url), (AuthStatus.AVAILABLE, back))
        self.assertEqual(requests.get(payment.auth.redirect_url, timeout=30).status_code, 200)

    def test_the_payment_page(self):
        payment = Payment(amount=500, currency="eur", return_url="https://shop.example/back")
        payment.auth = True
        payment.send()
        self.assertIsNone(payment.status)
        self.assertEqual(payment.auth.status, AuthStatus.REQUESTED)
        url = payment.payment_page_url(lang="fr")
        self.assertIn(Config().public_key, url)
        page = requests.get(url, timeout=30)
        self.assertEqual(page.status_code, 200)
        self.assertIn('lang="fr"', page.text)


class Refunds(unittest.TestCase):
    def test_before_the_capture_only_the_whole(self):
        payment = paid()
        with self.assertRaises(ConflictError) as raised:
            payment.refund(100)
        self.assertEqual(raised.exception.message, "Payment cannot be partially refunded before it has been captured")
        refund = payment.refund()
        self.assertIsInstance(refund, Refund)
        self.assertEqual((refund.amount, refund.currency, refund.payment), (12_990, "eur", payment))
        self.assertEqual(payment.status, PaymentStatus.CANCELED)

    def test_after_the_capture_in_parts(self):
        payment = paid(amount=1_000, number=CAPTURED_AT_ONCE)
        self.assertEqual(payment.status, PaymentStatus.CAPTURED)
        first = payment.refund(300)
        self.assertEqual((first.amount, first.status), (300, "to_refund"))
        payment.refund(200)
        self.assertEqual(payment.refundable_amount, 500)
        with self.assertRaises(InvalidAmountError):
            payment.refund(501)
        # another program, which knows nothing of these
        other = Payment(payment.id)
        self.assertEqual(other.refunded_amount, 500)
        rest = other.refund()
        self.assertEqual(rest.amount, 500)
        self.assertEqual(Refund(rest.id).amount, 500)
        with self.assertRaises(ConflictError):
            Payment(payment.id).refund()


class Refusals(unittest.TestCase):
    def test_unknown_ids_are_named(self):
        for kind, noun, field in ((Payment, "payment", "amount"), (Card, "card", "name"), (Customer, "customer", "name"), (Refund, "refund", "amount")):
            given = word(29)
            with self.subTest(noun), self.assertRaises(NotFoundError) as raised:
                getattr(kind(given), field)
            error = raised.exception
            self.assertEqual(error.message, f"No such {noun} {given}")
            self.assertEqual((error.status_code, error.reason, error.type), (404, "Not Found", "invalid_request_error"))

    def test_a_wrong_key(self):
        config = Config()
        right = config.secret_key
        config.keys = "stest_" + "0" * 24
        try:
            with self.assertRaises(UnauthorizedError) as raised:
                Payment(amount=500, currency="eur").send()
        finally:
            config.keys = right
        self.assertEqual((raised.exception.message, raised.exception.status_code), (UNAUTHORISED, 401))

    def test_an_expired_card_names_its_field(self):
        with self.assertRaises(StancerHTTPError) as raised:
            Payment(amount=500, currency="eur", card=card(exp_year=2020)).send()
        self.assertEqual(raised.exception.status_code, 422)
        self.assertEqual(raised.exception.response.json()["detail"][0]["loc"], ["body", "card", "exp_year"])


if __name__ == "__main__":
    from shop import run

    configure(1)
    run()
