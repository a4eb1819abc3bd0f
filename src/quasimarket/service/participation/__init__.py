"""One person's time on the programme, from referral to completion."""
