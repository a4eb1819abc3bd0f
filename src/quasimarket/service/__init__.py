"""The live programme: referrals, claims, payments, performance and fair treatment.

A Django project. Each room holds one part of the programme's work; every write is an
act (`acting`), and what each organisation may see is settled in PostgreSQL (`people`).
"""
